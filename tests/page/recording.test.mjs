import assert from "node:assert/strict";
import test from "node:test";
import { even } from "../../course/page/engine/told.js";

test("of a recording's last epoch as many steps are drawn as before, as in course/smoothing.py", () => {
  assert.deepEqual(even([1, 6, 12, 18, 19, 20, 21, 22, 23, 24, 25]), [0, 1, 2, 3, 10]);
  assert.deepEqual(even([1, 2, 3]), [0, 1, 2]);
});
