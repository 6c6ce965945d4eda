import assert from "node:assert/strict";
import test from "node:test";
import { trace } from "../../course/page/canvas.js";
import { Runs } from "../../course/page/runs.js";
import { bytes, rows, run, series, state } from "./fake_host.mjs";

const told = (...runs) => state({ runs });

test("the page notices a hole and drops what comes twice", () => {
  const runs = new Runs();
  const take = (start, stop) => runs.take(told(run(1, [series("1", start, stop)])), bytes(rows(start, stop)));
  assert.deepEqual([take(0, 3), take(5, 6), take(0, 6), take(2, 8)], [false, true, false, false]);
  assert.deepEqual(runs.list[0].data.steps, [1, 2, 3, 4, 5, 6, 7, 8]);
});
test("each row goes where its split says, its smoothed values beside it", () => {
  const runs = new Runs();
  const numbers = [1, 2, 0.25, 0.5, 0, 3, 0.5, 1, 9, 0.75, 0.5, 1, 9, 0.75, 1, 8, 0.5, 0.5, 2, 8, 0.5];
  assert.equal(runs.take(told(run(1, [series("1", 0, 3)])), bytes(numbers)), false);
  const { data } = runs.list[0];
  assert.deepEqual([data.rows, data.length, data.loss, data.smooth, data.smoothAccuracy], [3, 1, [2], [3], [0.5]]);
  assert.deepEqual(data.tests, [{ step: 1, loss: 9, accuracy: 0.75, seconds: 0.5 }]);
});
test("strips and several series are read from one buffer, and a hole in a strip is noticed", () => {
  const runs = new Runs();
  const first = series("1", 0, 2, { strips: [0, 2], layers: 3 });
  const numbers = [...rows(0, 2), 1, 10, 11, 12, 2, 20, 21, 22, ...rows(0, 1, () => 7)];
  assert.equal(runs.take(told(run(1, [first]), run(2, [series("2", 0, 1)])), bytes(numbers)), false);
  assert.deepEqual(
    runs.list[0].data.strips.map((column) => [...column]),
    [
      [1, 10, 11, 12],
      [2, 20, 21, 22],
    ],
  );
  assert.deepEqual(runs.list[1].data.loss, [7]);
  const late = series("1", 2, 2, { strips: [3, 4], layers: 3 });
  assert.equal(runs.take(told(run(1, [late])), bytes([4, 0, 0, 0])), true);
  assert.equal(runs.list[0].data.strips.length, 2);
});
test("trials stand beside their run with their rates, and are forgotten with it", () => {
  const runs = new Runs();
  const all = [
    series("1", 0, 0),
    series("1.0", 0, 2, { rate: "1" }),
    series("1.1", 0, 2, { rate: "0.5", leads: true }),
  ];
  runs.take(told(run(1, all, { status: "searching" })), bytes([...rows(0, 2, () => 3), ...rows(0, 2, () => 2)]));
  const trials = runs.list[0].trials.map(({ rate, leads, curve }) => [rate, leads, curve.smooth]);
  assert.deepEqual(trials, [
    ["1", false, [3, 3]],
    ["0.5", true, [2, 2]],
  ]);
  runs.take(told(run(1, [series("1", 0, 0)])), bytes([]));
  assert.deepEqual([runs.list[0].trials, [...runs.curves.keys()]], [[], ["1"]]);
});
test("the last three points of a run that diverged are drawn as they were, once", () => {
  const runs = new Runs();
  const numbers = rows(0, 5, (step) => (step === 5 ? Infinity : step));
  for (let row = 0; row < 5; row++) numbers[7 * row + 5] = 1; // the mean would hide it
  const broken = run(1, [series("1", 0, 5)], { status: "diverged", diverged: 5, over: true });
  runs.take(told(broken), bytes(numbers));
  assert.deepEqual(runs.list[0].data.smooth, [1, 1, 3, 4, 1e15]);
  runs.list[0].data.smooth[4] = 2;
  runs.take(told({ ...broken, series: [series("1", 5, 5)] }), bytes([]));
  assert.equal(runs.list[0].data.smooth[4], 2);
});
test("a value is read at the last point up to a step or a moment", () => {
  const runs = new Runs();
  runs.take(told(run(1, [series("1", 0, 4)])), bytes(rows(0, 4)));
  const { data } = runs.list[0];
  assert.deepEqual(
    [0, 1, 2.5, 4, 9].map((step) => data.at(step)),
    [0, 0, 1, 3, 3],
  );
  assert.deepEqual(
    [0.0, 0.025, 1].map((moment) => data.upTo(moment)),
    [0, 1, 3],
  );
});
test("a long curve is thinned to its extremes", () => {
  const ys = [];
  const keep = (_, y) => ys.push(y);
  const pen = { beginPath() {}, stroke() {}, moveTo: keep, lineTo: keep };
  const value = (i) => (i === 54321 ? -7 : i === 77777 ? 9 : Math.sin(i / 50));
  trace(pen, 100000, (i) => i / 250, value);
  assert.ok(ys.length <= 4 * 401);
  assert.deepEqual([Math.min(...ys), Math.max(...ys), ys.at(-1)], [-7, 9, value(99999)]);
});
test("a recording plays at its own pace, slowed where nobody would see it; nothing else waits", () => {
  const runs = new Runs();
  const one = run(1, [series("1", 0, 20)], { recorded: true }); // of 0.2 s
  const long = run(2, [series("2", 0, 400)], { recorded: true }); // of 4 s
  runs.take(told(one, long, run(3, [series("3", 0, 5)])), bytes([...rows(0, 20), ...rows(0, 400), ...rows(0, 5)]));
  const lengths = () => runs.list.map(({ data }) => data.length);
  assert.deepEqual([lengths(), runs.playing], [[0, 0, 5], true]);
  runs.play(1.01);
  assert.deepEqual(lengths(), [10, 101, 5]);
  assert.equal(runs.take(told(one, long), bytes([...rows(0, 20), ...rows(0, 400)])), false);
  assert.deepEqual(lengths(), [10, 101]);
  runs.play(Infinity);
  assert.deepEqual([lengths(), runs.playing], [[20, 400], false]);
});
