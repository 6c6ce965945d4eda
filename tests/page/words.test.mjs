import assert from "node:assert/strict";
import test from "node:test";
import { duration, general, number, percent, rate, tick } from "../../course/page/words.js";

// That Python writes the same is held by tests/test_wording.py; here is what is written.
test("a loss has two digits below 1, two decimals from 1, three digits from 10, and powers beyond", () => {
  const said = [0.00051, 0.126, 2.304, 23.4, 93000, 3e-5, 0, Infinity].map(number);
  assert.deepEqual(said, ["0.00051", "0.13", "2.30", "23.4", "9.3·10⁴", "3.0·10⁻⁵", "0", "∞"]);
});
test("a half is rounded away from zero, and rounding comes before the form is chosen", () => {
  assert.deepEqual([0.125, 12.25, 0.0996, 0.999, 9.999, 999.7].map(number), [
    "0.13",
    "12.3",
    "0.10",
    "1.00",
    "10.0",
    "1.0·10³",
  ]);
});
test("what is below zero has a true minus before its magnitude", () => {
  assert.deepEqual([-0.5, -3e-5, -Infinity].map(number), ["−0.50", "−3.0·10⁻⁵", "−∞"]);
});
test("a value that is missing is a dash in every form", () => {
  for (const form of [number, rate, percent, duration])
    assert.deepEqual([null, undefined, NaN].map(form), ["–", "–", "–"]);
});
test("durations carry over at a minute and at an hour", () => {
  const said = [0.05, 3.14, 9.96, 42.3, 59.7, 119.8, 125, 3599.9, 3700].map(duration);
  assert.deepEqual(said, ["< 0.1 s", "3.1 s", "10 s", "42 s", "1 min 0 s", "2 min 0 s", "2 min 5 s", "1.0 h", "1.0 h"]);
});
test("rates have at most three digits, whole numbers all of theirs, shares one decimal, ticks whole powers", () => {
  assert.deepEqual([2 ** -7, 0.1, -3.9, 1437, 1e-5].map(rate), ["0.00781", "0.1", "−3.9", "1437", "10⁻⁵"]);
  assert.deepEqual(
    [1234567, -1e-5, 1.5e6, 0].map((value) => general(value)),
    ["1.23457·10⁶", "−10⁻⁵", "1.5·10⁶", "0"],
  );
  assert.deepEqual([0.978, 1, -0.0001].map(percent), ["97.8\u202f%", "100.0\u202f%", "0.0\u202f%"]);
  assert.deepEqual([2, 0, -3, -4, -12].map(tick), ["100", "1", "0.001", "10⁻⁴", "10⁻¹²"]);
});
