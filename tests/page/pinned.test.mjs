import assert from "node:assert/strict";
import test from "node:test";
import { cosSin, exp, log } from "../../course/page/engine/pinned.js";

const near = (ours, theirs) =>
  assert.ok(Math.abs(ours - theirs) <= 2e-15 * Math.max(1, Math.abs(theirs)), `${ours}, not ${theirs}`);

test("exp, log, cos and sin are right to the last digits", () => {
  for (let i = 0; i <= 1000; i++) {
    near(exp(-i / 20) * 1e3, Math.exp(-i / 20) * 1e3);
    near(log(2 ** -24 * (1 + 16777 * i)), Math.log(2 ** -24 * (1 + 16777 * i)));
    const [cos, sin] = cosSin(i / 1000);
    near(cos, Math.cos((2 * Math.PI * i) / 1000));
    near(sin, Math.sin((2 * Math.PI * i) / 1000));
  }
});
test("what is not finite stays so", () => {
  assert.deepEqual([exp(-Infinity), exp(Infinity), exp(NaN), exp(800), exp(-800)], [0, Infinity, NaN, Infinity, 0]);
});
