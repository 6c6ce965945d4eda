import assert from "node:assert/strict";
import test from "node:test";
import { gapOf } from "../../course/page/guess.js";

test("a guess is right within a tenth, else so many times too low or too high", () => {
  assert.deepEqual([gapOf(0.1, 0.1), gapOf(1, 1.09), gapOf(1, 0.92)], ["right", "right", "right"]);
  assert.deepEqual([gapOf(0.05, 1.05), gapOf(1.34, 0.00071)], ["21 × too low", "1900 × too high"]);
});
