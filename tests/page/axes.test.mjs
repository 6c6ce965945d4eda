import assert from "node:assert/strict";
import test from "node:test";
import { decades, spread, ticks } from "../../course/page/axes.js";

// The examples are those of course/views/axes.py.
test("the axis of a loss reaches from 10 to 0.001 and grows downwards by whole decades", () => {
  assert.deepEqual(decades([0.5, 0.00021, 0]), [-4, 1]);
  assert.deepEqual(decades([]), [-3, 1]);
  assert.deepEqual(decades([1e-30, NaN]), [-12, 1]);
  for (let n = -12; n < -3; n++) assert.deepEqual(decades([10 ** n]), [n, 1], `a whole power needs no more: ${n}`);
});
test("ticks are round, at most about as many as wanted", () => {
  assert.deepEqual(ticks(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticks(-3, 3, 4), [-2, 0, 2]);
  assert.deepEqual(ticks(0, 0.001, 4), [0, 0.0005, 0.001]);
  assert.deepEqual(ticks(0, 330), [0, 100, 200, 300]);
});
test("positions are moved apart, each group around its own middle, the order kept", () => {
  assert.deepEqual(spread([0, 1, 50], 20), [-9.5, 10.5, 50]);
  assert.deepEqual(spread([50, 1, 0], 20), [50, 10.5, -9.5]);
  assert.deepEqual(spread([], 20), []);
  assert.deepEqual(spread([3, 3, 3], 2), [1, 3, 5]);
});
test("between two limits all of them stay inside if there is room", () => {
  assert.deepEqual(spread([0, 1, 50], 20, 0), [0, 20, 50]);
  assert.deepEqual(spread([99, 100, 98], 20, 0, 100), [80, 100, 60]);
  assert.deepEqual(spread([60, 0, 100, 1], 20, 0, 100), [60, 0, 100, 20]);
  assert.deepEqual(spread(Array(11).fill(40), 10, 0, 100), [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
});
