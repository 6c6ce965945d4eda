// The frame of the chart: scales, grid, the line of guessing, and the spine below with the cursor that reads values.
const TITLES = {
  log: "Training loss, nats, log scale",
  linear: "Training loss, nats",
  accuracy: "Accuracy of the batch",
};

function frameFor(lab, runs) {
  const { el, root, tokens } = lab;
  const [g, W, H] = fresh(el.curves);
  const { em, left: x0, right: x1, css } = frameOf(root, el.plot, el.curves);
  const lines = tokens.line[lab.lecture ? "lecture_1080p" : "notebook"];
  const top = 0.5 * em;
  const bottom = H - 0.5 * em;
  const scale = scaleY(lab, runs, top, bottom);
  const length = lengthOf(lab, runs);
  const X = (value) => x0 + (value / length) * (x1 - x0);
  const Y = (value) => Math.max(top - 0.2 * em, Math.min(bottom, scale.at(value)));
  return { g, W, H, em, css, lines, x0, x1, top, bottom, scale, length, X, Y, accuracy: lab.y === "accuracy" };
}

function lengthOf(lab, runs) {
  // of the x axis: the whole run, from the start
  const ends = runs.map((run) => ({ step: run.steps, epoch: run.epochs, seconds: secondsOf(run) })[lab.x]);
  const wanted = Math.max(lab.x === "seconds" ? 0.5 : 1, ...ends);
  if (lab.x !== "seconds") return runs.length ? wanted : lab.x === "epoch" ? 15 : 330;
  const size = 10 ** Math.floor(Math.log10(wanted));
  return [1, 1.5, 2, 3, 4, 6, 8, 10].map((v) => v * size).find((v) => v >= wanted);
}
function secondsOf(run) {
  // of the whole run, as far as one can tell
  const n = run.data.length;
  return n && !over(run) ? (run.data.seconds[n - 1] * run.steps) / run.data.steps[n - 1] : run.seconds;
}
const place = (lab, run, series, i) =>
  lab.x === "step"
    ? series.steps[i]
    : lab.x === "epoch"
      ? (series.steps[i] * run.epochs) / run.steps
      : series.seconds[i];

function scaleY(lab, runs, top, bottom) {
  if (lab.y === "accuracy")
    return {
      at: (v) => bottom - v * (bottom - top),
      ticks: [0, 0.25, 0.5, 0.75, 1].map((v) => [v, 100 * v + "\u202f%"]),
    };
  if (lab.y === "linear")
    return { at: (v) => bottom - (v / 3) * (bottom - top), ticks: [0, 1, 2, 3].map((v) => [v, String(v)]) };
  let least = 0.001;
  for (const run of runs) for (const value of run.data.smooth) if (value < least) least = value;
  const low = Math.max(-12, Math.floor(Math.log10(least) + 1e-9));
  const high = 1;
  const every = high - low > 7 ? 2 : 1;
  const ticks = [];
  for (let n = high; n >= low; n -= every) ticks.push([10 ** n, tick(n)]);
  return { at: (v) => bottom - ((Math.log10(v) - low) / (high - low)) * (bottom - top), ticks };
}

function ticksX(length, narrow, epochs) {
  const raw = length / (narrow ? 3 : 6);
  const size = epochs ? 1 : 10 ** Math.floor(Math.log10(raw));
  const step =
    [1, 2, 3, 5, 10, 20, 50, 100, 200, 500]
      .map((v) => v * size)
      .filter((v) => epochs || ![3].includes(v / size))
      .find((v) => v >= raw) || raw;
  return Array.from({ length: Math.floor(length / step + 1e-6) + 1 }, (_, i) => i * step);
}

function paintGrid(lab) {
  const { g, W, H, x0, x1, top, X, scale, length, lines, css } = lab.frame;
  const words = [];
  g.lineWidth = lines.grid;
  g.strokeStyle = css("--grid");
  for (const [value, text] of scale.ticks) {
    const y = Math.round(scale.at(value)) + 0.5;
    line(g, x0, y, x1, y);
    words.push(h("span", { class: "yt", style: `top:${y}px` }, text));
  }
  for (const value of ticksX(length, W < 700, lab.x === "epoch")) {
    const x = Math.round(X(value)) + 0.5;
    line(g, x, top, x, H + 4);
  }
  return words;
}

function paintGuessing(lab, runs) {
  const { g, em, x0, x1, scale, lines, css, accuracy } = lab.frame;
  const classes = runs.at(-1)?.classes ?? 10;
  const level = accuracy ? 1 / classes : Math.log(classes);
  const y = scale.at(level);
  g.save();
  g.setLineDash([1.5 * lines.reference, 3 * lines.reference]);
  g.lineWidth = lines.reference * 1.25;
  g.strokeStyle = css("--axis");
  line(g, x0, y, x1, y);
  g.restore();
  if (lab.asking()) return [];
  const early = runs.some((run) => run.status === "diverged" && run.diverged < run.steps / 3);
  const left = early ? x1 - 11.5 * em : x0 + 0.3 * em; // clear of the words about a run that broke
  const words = accuracy ? `guessing: ${percent(level)}` : `guessing: ln ${classes} = ${number(level)}`;
  return [h("span", { class: "ref", style: `left:${left}px;top:${y - 0.2 * em}px` }, words)];
}

function paintSpine(lab) {
  // between chart and strip: ticks, and the cursor that reads values
  const {
    el,
    frame: { x0, x1, em, X, length },
  } = lab;
  const newest = lab.visible().at(-1);
  const units = { step: `step (${newest?.batch ?? 64} pictures)`, epoch: "epoch", seconds: "seconds of training" };
  const ticks = ticksX(length, x1 - x0 < 450, lab.x === "epoch").map((v) =>
    h("span", { class: "xt", style: `left:${X(v)}px` }, String(+v.toPrecision(6))),
  );
  const here =
    lab.cross === null
      ? units[lab.x]
      : `values at ${lab.x} ${lab.x === "step" ? Math.round(lab.cross) : +lab.cross.toPrecision(3)}`;
  el.ticks.replaceChildren(
    ...ticks,
    h("span", { class: "xlab" + (lab.cross === null ? "" : " at"), style: `left:${x1 + em}px` }, here),
  );
  const thumb = 1.72 * em;
  el.cursor.style.left = x0 - thumb / 2 + "px";
  el.cursor.style.width = x1 - x0 + thumb + "px";
}

function emptyWords(lab) {
  if (lab.starting)
    return h(
      "div",
      { class: "empty" },
      h(
        "span",
        {},
        h("b", {}, "Building the network"),
        "A data set is loaded the first time it is used. The controls already work.",
        h("i", { class: "bar", "aria-hidden": "true" }, h("i")),
      ),
    );
  if (lab.trouble) return h("div", { class: "empty" }, h("span", {}, h("b", {}, "Nothing was trained"), lab.trouble));
  return h(
    "div",
    { class: "empty" },
    h(
      "span",
      {},
      h("b", {}, "No run yet"),
      lab.kinds ? "Choose a network and a depth, then press Train." : "Set the controls, then press Train.",
    ),
  );
}
