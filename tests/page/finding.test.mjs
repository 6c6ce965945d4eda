import assert from "node:assert/strict";
import test from "node:test";
import { findingOf } from "../../course/page/finding.js";

const run = (name, testLoss, more = {}) => ({ name, over: true, data: { tested: true, testLoss }, ...more });

test("the runs with the lowest and the highest test loss are named, in whatever order they were trained", () => {
  const runs = [run("dropout 0.5", 0.344), run("dropout 0.9", 1.2), run("dropout 0", 0.428)];
  assert.equal(findingOf(runs), "Lowest test loss: 0.34, dropout 0.5. Highest: 1.20, dropout 0.9.");
  const broken = run("dropout 0.2", Infinity);
  assert.equal(findingOf([broken, runs[2]]), "Lowest test loss: 0.43, dropout 0. Highest: ∞, dropout 0.2.");
});
test("nothing is said of one run, of runs that read the same, of one that trains, or that saw no test images", () => {
  const first = run("dropout 0", 0.43);
  const others = [
    [],
    [run("dropout 0.1", 0.4301)],
    [run("dropout 0.5", 2, { over: false })],
    [run("dropout 0.5", 2, { data: { tested: false, testLoss: 2 } })],
  ];
  for (const more of others) assert.equal(findingOf([first, ...more]), "");
});
