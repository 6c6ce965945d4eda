import assert from "node:assert/strict";
import test from "node:test";
import { Random } from "../../course/page/engine/random.js";
import { BYTES, Tape } from "../../course/page/engine/tape.js";
import { kernelsOf } from "./engine.mjs";

/** A tape of dropout alone, its input all 3 and the output's gradient all 2, played once in training. */
function played(keep) {
  const net = new Tape(kernelsOf()(), 64, 40);
  const y = net.dropout(net.input, keep);
  net.close(y);
  net.drawing[0].generator = new Random(1);
  const numbers = (value, what) => net.floats.subarray(value[what] / BYTES, value[what] / BYTES + value.size);
  numbers(net.input, "data").fill(3);
  net.forward();
  numbers(y, "grad").fill(2);
  net.backward();
  return { net, y, numbers };
}

test("dropout keeps a share of the numbers, larger by as much, and gradients go where numbers went", () => {
  const { net, y, numbers } = played(0.75);
  const out = [...numbers(y, "data")];
  assert.deepEqual([...new Set(out)].sort(), [0, 4]);
  const kept = out.filter((value) => value === 4).length / out.length;
  assert.ok(Math.abs(kept - 0.75) < 3 * Math.sqrt((0.75 * 0.25) / out.length), `${kept} kept`);
  const slopes = [...numbers(net.input, "grad")];
  assert.deepEqual(
    slopes,
    out.map((value) => Math.fround(value === 4 ? 2 / 0.75 : 0)),
  );
  net.forward();
  assert.notDeepEqual([...numbers(y, "data")], out, "each step draws anew");
});
test("in evaluation nothing is dropped", () => {
  const { net, y, numbers } = played(0.25);
  net.training = false;
  net.forward();
  assert.deepEqual([...new Set(numbers(y, "data"))], [3]);
});
