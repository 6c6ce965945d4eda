import assert from "node:assert/strict";
import test from "node:test";
import { kindIn, knobOf } from "../../course/page/roles.js";
import { allowed, scaleOf } from "../../course/page/scale.js";
import { CONTROLS } from "./fake_host.mjs";

const SCALES = [
  { low: -10, high: 2 },
  { low: 0.0001, high: 1, log: true },
  { low: 1, high: 50, whole: true },
  { low: 1, high: 4096, whole: true, log: true },
];

test("a slider's ends are the control's limits, and each value comes back to its own position", () => {
  for (const control of SCALES) {
    const { steps, valueAt, positionOf } = scaleOf(control);
    assert.deepEqual([valueAt(0), valueAt(steps)], [control.low, control.high]);
    assert.deepEqual([positionOf(control.low), positionOf(control.high)], [0, steps]);
    for (let at = 0; at <= steps; at++) {
      const value = valueAt(at);
      assert.equal(valueAt(positionOf(value)), value, `${JSON.stringify(control)} at ${at}`);
    }
  }
});
test("a logarithmic scale has its geometric mean in the middle, a whole one a position for each value", () => {
  assert.equal(scaleOf(SCALES[1]).valueAt(60), 0.01);
  assert.equal(scaleOf(SCALES[2]).steps, 49);
});
test("what is typed beyond the range becomes the nearest that is allowed, and nonsense the default", () => {
  const control = { low: 1, high: 1000, whole: true, default: 10 };
  assert.deepEqual(
    ["0", "1e6", "20.4", "", "-", "7"].map((typed) => allowed(control, typed)),
    [1, 1000, 20, 10, 10, 7],
  );
});
test("controls are known by their roles", () => {
  assert.equal(kindIn(CONTROLS, { kind: "highway" }), "highway");
  assert.equal(kindIn([], { kind: "highway" }), "");
  assert.equal(knobOf(CONTROLS, "highway").name, "gate_bias");
  assert.equal(knobOf(CONTROLS, "plain"), undefined);
});
