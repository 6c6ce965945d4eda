// What the page knows of the runs. Messages say which rows they hold: a hole is noticed, what came twice is dropped.
const SMOOTH = 10; // steps of the running mean, as course/readings.py takes it
const ROW = 5; // step, loss, accuracy, seconds, split

class Series {
  constructor() {
    this.rows = 0;
    this.steps = [];
    this.loss = [];
    this.accuracy = [];
    this.seconds = [];
    this.smooth = [];
    this.smoothAccuracy = [];
    this.tests = []; // [step, loss, accuracy, seconds] of the test images
    this.strips = []; // [step, one number a layer]
  }
  add(step, loss, accuracy, seconds, split) {
    this.rows += 1;
    if (split === 1) this.tests.push([step, loss, accuracy, seconds]);
    if (split !== 0) return;
    const n = this.steps.length;
    const weight = n < SMOOTH ? 1 / (n + 1) : 2 / (SMOOTH + 1);
    const level = Math.log(Math.min(Math.max(isFinite(loss) ? loss : 1e15, 1e-30), 1e15));
    this.mean = n ? this.mean + weight * (level - this.mean) : level;
    this.meanAccuracy = n ? this.meanAccuracy + weight * (accuracy - this.meanAccuracy) : accuracy;
    this.steps.push(step);
    this.loss.push(loss);
    this.accuracy.push(accuracy);
    this.seconds.push(seconds);
    this.smooth.push(Math.exp(this.mean));
    this.smoothAccuracy.push(this.meanAccuracy);
  }
  get length() {
    return this.steps.length;
  }
  get last() {
    return this.smooth[this.length - 1];
  }
  breaks() {
    // the last steps before a divergence stay unsmoothed, or the mean would hide them
    for (let i = Math.max(0, this.length - 3); i < this.length; i++)
      this.smooth[i] = Math.min(isFinite(this.loss[i]) ? this.loss[i] : 1e15, 1e15);
  }
  at(step) {
    // index of the last point at or before the step
    let low = 0;
    let high = this.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.steps[middle] <= step) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

class Runs {
  constructor() {
    this.list = [];
    this.series = new Map();
  }
  take(head, view) {
    // returns true if something is missing
    const values = new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
    let at = 0;
    let hole = false;
    const known = new Map(this.list.map((run) => [run.id, run]));
    this.list = head.runs.map((told) => {
      const run = Object.assign(known.get(told.id) || {}, told);
      const parts = told.series.map((part) => {
        const series = this.series.get(part.id) || new Series();
        this.series.set(part.id, series);
        const fresh = part.from <= series.rows;
        for (let row = part.from; row < part.to; row++, at += ROW)
          if (fresh && row >= series.rows) series.add(...values.subarray(at, at + ROW));
        hole ||= !fresh;
        if (part.strips) {
          const [from, to] = part.strips,
            width = part.layers + 1;
          for (let column = from; column < to; column++, at += width)
            if (column === series.strips.length) series.strips.push(values.slice(at, at + width));
          hole ||= from > series.strips.length;
        }
        return { rate: part.rate, series };
      });
      run.data = parts[0].series;
      run.trials = parts.slice(1);
      if (run.status === "diverged" && !run.broke) {
        run.data.breaks();
        run.broke = true;
      }
      return run;
    });
    const live = new Set(head.runs.flatMap((told) => told.series.map((part) => part.id)));
    for (const id of this.series.keys()) if (!live.has(id)) this.series.delete(id);
    return hole;
  }
}

const over = (run) => !["running", "searching"].includes(run.status);
function labelOf(run, runs) {
  // the label says only what tells runs apart
  if (!run.named)
    return (
      plainWords(
        run.parts.filter(([word, value]) =>
          runs.some((other) => (Object.fromEntries(other.parts)[word] ?? "") !== value),
        ),
      ) || `run ${run.number}`
    );
  const twins = runs.filter((other) => other.label === run.label);
  const differ = run.parts.filter(([word, value]) =>
    twins.some((other) => (Object.fromEntries(other.parts)[word] ?? "") !== value),
  );
  if (!differ.length || twins.length === 1) return run.label;
  return twins.length === runs.length ? plainWords(differ) : `${run.label}, ${plainWords(differ)}`;
}
