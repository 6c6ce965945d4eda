// The chart: axes, curves, the labels at their ends. Canvas for lines, elements for words.
const TITLES = { log: "Training loss, nats, log scale", linear: "Training loss, nats", accuracy: "Accuracy of the batch" };

function lengthOf(lab, runs) {    // of the x axis: the whole run, from the start
  const ends = runs.map((run) => ({ step: run.steps, epoch: run.epochs, seconds: secondsOf(run) })[lab.x]);
  const wanted = Math.max(lab.x === "seconds" ? 0.5 : 1, ...ends);
  if (lab.x !== "seconds") return runs.length ? wanted : lab.x === "epoch" ? 15 : 330;
  const size = 10 ** Math.floor(Math.log10(wanted));
  return [1, 1.5, 2, 3, 4, 6, 8, 10].map((v) => v * size).find((v) => v >= wanted);
}
function secondsOf(run) {         // of the whole run, as far as one can tell
  const n = run.data.length;
  return n && !over(run) ? (run.data.seconds[n - 1] * run.steps) / run.data.steps[n - 1] : run.seconds;
}
const place = (lab, run, series, i) => lab.x === "step" ? series.steps[i] : lab.x === "epoch" ? (series.steps[i] * run.epochs) / run.steps : series.seconds[i];

function scaleY(lab, runs, top, bottom) {
  if (lab.y === "accuracy") return { at: (v) => bottom - v * (bottom - top), ticks: [0, 0.25, 0.5, 0.75, 1].map((v) => [v, 100 * v + "\u202f%"]) };
  if (lab.y === "linear") return { at: (v) => bottom - (v / 3) * (bottom - top), ticks: [0, 1, 2, 3].map((v) => [v, String(v)]) };
  let least = 0.001;
  for (const run of runs) for (const value of run.data.smooth) if (value < least) least = value;
  const low = Math.max(-12, Math.floor(Math.log10(least) + 1e-9)), high = 1;
  const every = high - low > 7 ? 2 : 1, ticks = [];
  for (let n = high; n >= low; n -= every) ticks.push([10 ** n, tick(n)]);
  return { at: (v) => bottom - ((Math.log10(v) - low) / (high - low)) * (bottom - top), ticks };
}

function ticksX(length, narrow, epochs) {
  const raw = length / (narrow ? 3 : 6), size = epochs ? 1 : 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500].map((v) => v * size).filter((v) => epochs || ![3].includes(v / size)).find((v) => v >= raw) || raw;
  return Array.from({ length: Math.floor(length / step + 1e-6) + 1 }, (_, i) => i * step);
}

function paintCurves(lab) {
  const { el, root, tokens: T } = lab, runs = lab.visible();
  const [g, W, H] = fresh(el.curves), { em, left: x0, right: x1, css } = frameOf(root, el.plot, el.curves);
  const lines = T.line[lab.lecture ? "lecture_1080p" : "notebook"], top = 0.5 * em, bottom = H - 0.5 * em;
  const accuracy = lab.y === "accuracy", scale = scaleY(lab, runs, top, bottom), length = lengthOf(lab, runs);
  const X = (v) => x0 + (v / length) * (x1 - x0), Y = (v) => Math.max(top - 0.2 * em, Math.min(bottom, scale.at(v)));
  lab.frame = { x0, x1, em, css, lines, length, X };
  const words = [];

  g.lineWidth = lines.grid;
  g.strokeStyle = css("--grid");
  for (const [value, text] of scale.ticks) {
    const y = Math.round(scale.at(value)) + 0.5;
    line(g, x0, y, x1, y);
    words.push(h("span", { class: "yt", style: `top:${y}px` }, text));
  }
  for (const value of ticksX(length, W < 700, lab.x === "epoch")) { const x = Math.round(X(value)) + 0.5; line(g, x, top, x, H + 4); }
  paintSpine(lab);

  // guessing, as a line of reference
  const classes = runs.at(-1)?.classes ?? 10, guessing = accuracy ? 1 / classes : Math.log(classes), height = scale.at(guessing);
  g.save();
  g.setLineDash([1.5 * lines.reference, 3 * lines.reference]);
  g.lineWidth = lines.reference * 1.25;
  g.strokeStyle = css("--axis");
  line(g, x0, height, x1, height);
  g.restore();
  const early = runs.some((run) => run.status === "diverged" && run.diverged < run.steps / 3);
  const clear = early ? x1 - 11.5 * em : x0 + 0.3 * em;
  if (!lab.asking()) words.push(h("span", { class: "ref", style: `left:${clear}px;top:${height - 0.2 * em}px` }, accuracy ? `guessing: ${percent(guessing)}` : `guessing: ln ${classes} = ${number(guessing)}`));

  const ends = [], broken = [];
  for (const run of runs) {
    const newest = run === runs.at(-1), colour = css("--k-" + run.family), width = newest ? lines.run : lines.ghost;
    if (!run.data.length) { for (const trial of run.trials) if (trial.series.length) paintTrial(g, lab, run, trial, X, Y, accuracy, lines, css); continue; }
    const series = run.data, count = series.length, values = accuracy ? series.smoothAccuracy : series.smooth, raw = accuracy ? series.accuracy : series.loss;
    const at = (i) => X(place(lab, run, series, i));
    g.save();
    g.strokeStyle = colour;
    if (newest && !accuracy) { g.globalAlpha = 0.38; g.lineWidth = lines.raw; trace(g, count, at, (i) => Y(raw[i])); g.globalAlpha = 1; }
    g.lineJoin = "round";
    g.lineWidth = width;
    g.setLineDash(T.run_patterns[run.number - 1].dash.map((v) => v * (lab.lecture ? 2 : newest ? 1 : 0.72)));
    trace(g, count, at, (i) => Y(values[i]));
    if (run.recorded && runs.some((other) => !other.recorded)) { g.strokeStyle = css("--page"); g.lineWidth = width / 3; g.setLineDash([]); trace(g, count, at, (i) => Y(values[i])); }
    g.restore();
    paintTests(g, lab, run, X, Y, colour, css);
    const x = at(count - 1), y = Y(values[count - 1]);
    if (run.status === "diverged" && !accuracy) { broken.push({ run, newest, x: cross(g, x, Math.max(y, top + lines.marker), lines, colour, css), y: Math.max(y, top + 0.7 * em) }); continue; }
    ends.push({ run, newest, x, y, value: valueAt(lab, run, values, accuracy) });
    g.fillStyle = colour;
    if (!over(run)) { g.beginPath(); g.arc(x, y, width * 1.5, 0, 7); g.fill(); }
    if (run.status === "stopped" || run.status === "failed") g.fillRect(x - width * 1.4, y - width * 1.4, width * 2.8, width * 2.8);
  }
  numerals(g, lab, ends, X, Y, accuracy);
  words.push(...labels(g, lab, ends, top, bottom, W));
  broken.sort((a, b) => a.x - b.x).forEach((end, i) => words.push(h("div", { class: "dv", style: `top:${end.y + i * 1.6 * em}px;left:${end.x}px` }, badge(lab, end.run, !end.newest), `${labelOf(end.run, runs)}: diverged at step ${end.run.diverged}`)));
  if (lab.cross !== null) { g.strokeStyle = css("--ink"); g.lineWidth = 1; line(g, X(lab.cross), top, X(lab.cross), H); }
  if (!runs.length && !lab.asking()) words.push(emptyWords(lab));
  el.title.textContent = TITLES[lab.y] + (runs.some((run) => run.data.tests.length > 1) ? "; ○ of the test images" : "");
  el.words.replaceChildren(...words);
  el.cursor.setAttribute("aria-valuetext", (lab.cross === null ? "end of the runs: " : `${lab.x} ${+lab.cross.toPrecision(4)}: `) + (ends.map((end) => `${labelOf(end.run, runs)} ${end.value}`).join(", ") || "no run"));
}

function valueAt(lab, run, values, accuracy) {   // what the label quotes: the drawn value, or the training loss of a finished run
  if (lab.cross === null && run.status === "finished" && !accuracy) return number(run.loss);
  const reach = { step: 1, epoch: run.steps / run.epochs }[lab.x];
  const i = lab.cross === null ? run.data.length - 1 : reach ? run.data.at(lab.cross * reach) : upTo(run.data.seconds, lab.cross);
  return accuracy ? percent(values[i]) : number(values[i]);
}
function upTo(seconds, moment) { let i = seconds.findIndex((v) => v > moment); return Math.max(0, (i < 0 ? seconds.length : i) - 1); }

function paintTrial(g, lab, run, trial, X, Y, accuracy, lines, css) {
  g.save();
  g.strokeStyle = css("--axis");
  g.lineWidth = lines.reference;
  const values = accuracy ? trial.series.smoothAccuracy : trial.series.smooth;
  trace(g, trial.series.length, (i) => X(place(lab, run, trial.series, i)), (i) => Y(values[i]));
  g.restore();
}
function paintTests(g, lab, run, X, Y, colour, css) {   // test images, where a run looks at them more than once
  if (run.data.tests.length < 2) return;
  g.save();
  g.strokeStyle = colour; g.fillStyle = css("--page"); g.lineWidth = 1.25;
  const points = run.data.tests.map(([step, loss, accuracy, seconds]) => [X({ step, epoch: (step * run.epochs) / run.steps, seconds }[lab.x]), Y(lab.y === "accuracy" ? accuracy : loss)]);
  g.beginPath(); points.forEach(([x, y], i) => (i ? g.lineTo(x, y) : g.moveTo(x, y))); g.stroke();
  for (const [x, y] of points) { g.beginPath(); g.arc(x, y, 2.75, 0, 7); g.fill(); g.stroke(); }
  g.restore();
}
function cross(g, x, y, lines, colour, css) {
  const s = lines.marker * 0.75;
  for (const [ink, width] of [[css("--page"), lines.run + 3], [colour, Math.max(2, lines.run)]]) {
    g.strokeStyle = ink; g.lineWidth = width;
    line(g, x - s, y - s, x + s, y + s);
    line(g, x + s, y - s, x - s, y + s);
  }
  return x + s * 1.8;
}
function numerals(g, lab, ends, X, Y, accuracy) {  // on the lines, like contour labels, where two runs share a colour
  const { em, css, x1 } = lab.frame;
  for (const { run } of ends) {
    if (accuracy || !ends.some((other) => other.run !== run && other.run.family === run.family)) continue;
    const i = Math.min(run.data.length - 1, Math.round(run.data.length * (0.22 + 0.085 * run.number))), x = X(place(lab, run, run.data, i)), y = Y(run.data.smooth[i]);
    if (run.data.length < 24 || x > x1 - 2 * em) continue;
    g.font = `700 ${0.857 * em}px ${css("--font-ui")}`; g.textAlign = "center"; g.textBaseline = "middle";
    g.fillStyle = css("--page"); g.fillRect(x - 0.48 * em, y - 0.55 * em, 0.95 * em, 1.1 * em);
    g.fillStyle = css("--k-" + run.family); g.fillText(String(run.number), x, y + 0.04 * em);
  }
}
function labels(g, lab, ends, top, bottom, W) {    // pushed apart, each joined to its line by a leader
  const { em, x1, lines, css } = lab.frame, gap = 1.5 * em, runs = lab.visible();
  ends.sort((a, b) => a.y - b.y);
  const at = ends.map((end) => end.y);
  for (let round = 0; round < 60; round++) for (let i = 0; i < at.length; i++) {
    if (i) { const push = gap - (at[i] - at[i - 1]); if (push > 0) { at[i] += push / 2; at[i - 1] -= push / 2; } }
    at[i] = Math.min(bottom, Math.max(top + 0.4 * em, at[i]));
  }
  return ends.map((end, i) => {
    g.save();
    g.lineWidth = lines.reference;
    if (end.x < x1 - em) { g.setLineDash([lines.reference, 5 * lines.reference]); g.strokeStyle = css("--axis"); line(g, end.x + em * 0.6, end.y, x1, end.y); g.setLineDash([]); }
    g.strokeStyle = css("--k-" + end.run.family);
    g.beginPath(); g.moveTo(Math.max(x1, Math.min(x1, end.x + 3)), end.y); g.lineTo(x1 + 0.15 * em, end.y); g.lineTo(x1 + 0.85 * em, at[i]); g.stroke();
    g.restore();
    const words = labelOf(end.run, runs).replace("stochastic depth", W < 47 * em ? "stoch." : "stoch. depth");
    const name = h("span", { class: "name" + (lab.picked && end.run.label === lab.picked ? " pick" : "") }, words);
    return h("div", { class: "dlab" + (end.newest ? "" : " ghost"), style: `top:${at[i]}px` }, badge(lab, end.run, !end.newest), name, h("b", {}, end.value));
  });
}
const badge = (lab, run, ghost) => h("span", { class: "badge" + (ghost ? " ghost" : ""), style: `--c:var(--k-${run.family});--on:var(--on-${run.family})`, "aria-hidden": "true" }, String(run.number));

function paintSpine(lab) {        // between chart and strip: ticks, and the cursor that reads values
  const { el, frame: { x0, x1, em, X, length } } = lab, newest = lab.visible().at(-1);
  const units = { step: `step (${newest?.batch ?? 64} pictures)`, epoch: "epoch", seconds: "seconds of training" };
  const ticks = ticksX(length, x1 - x0 < 450, lab.x === "epoch").map((v) => h("span", { class: "xt", style: `left:${X(v)}px` }, String(+v.toPrecision(6))));
  const here = lab.cross === null ? units[lab.x] : `values at ${lab.x} ${lab.x === "step" ? Math.round(lab.cross) : +lab.cross.toPrecision(3)}`;
  el.ticks.replaceChildren(...ticks, h("span", { class: "xlab" + (lab.cross === null ? "" : " at"), style: `left:${x1 + em}px` }, here));
  const thumb = 1.72 * em;
  el.cursor.style.left = x0 - thumb / 2 + "px";
  el.cursor.style.width = x1 - x0 + thumb + "px";
}
function emptyWords(lab) {
  if (lab.starting) return h("div", { class: "empty" }, h("span", {}, h("b", {}, "Building the network"), "A data set is loaded the first time it is used. The controls already work.", h("i", { class: "bar", "aria-hidden": "true" }, h("i"))));
  if (lab.trouble) return h("div", { class: "empty" }, h("span", {}, h("b", {}, "Nothing was trained"), lab.trouble));
  return h("div", { class: "empty" }, h("span", {}, h("b", {}, "No run yet"), lab.kinds ? "Choose a network and a depth, then press Train." : "Set the controls, then press Train."));
}
