// The chart: curves on a canvas, words as elements over it.
function paintCurves(lab) {
  const { el } = lab;
  const runs = lab.visible();
  lab.frame = frameFor(lab, runs);
  const { g, X, top, H, css } = lab.frame;
  const words = [...paintGrid(lab), ...paintGuessing(lab, runs)];
  paintSpine(lab);
  const drawn = runs.map((run) => paintRun(lab, run, runs)).filter(Boolean);
  const broken = drawn.filter((end) => end.broken);
  const ends = drawn.filter((end) => !end.broken);
  numerals(lab, ends);
  words.push(...labels(lab, ends), ...brokenLabels(lab, broken));
  if (lab.cross !== null) {
    g.strokeStyle = css("--ink");
    g.lineWidth = 1;
    line(g, X(lab.cross), top, X(lab.cross), H);
  }
  if (!runs.length && !lab.asking()) words.push(emptyWords(lab));
  const tested = runs.some((run) => run.data.tests.length > 1);
  el.title.textContent = TITLES[lab.y] + (tested ? "; ○ of the test images" : "");
  el.words.replaceChildren(...words);
  const where = lab.cross === null ? "end of the runs: " : `${lab.x} ${+lab.cross.toPrecision(4)}: `;
  const values = ends.map((end) => `${labelOf(end.run, runs)} ${end.value}`).join(", ");
  el.cursor.setAttribute("aria-valuetext", where + (values || "no run"));
}

function paintRun(lab, run, runs) {
  const { g, em, css, lines, top, X, Y, accuracy } = lab.frame;
  if (!run.data.length) return run.trials.forEach((trial) => paintTrial(lab, run, trial));
  const newest = run === runs.at(-1);
  const colour = css("--k-" + run.family);
  const width = newest ? lines.run : lines.ghost;
  const { length: count, loss, smooth, smoothAccuracy } = run.data;
  const values = accuracy ? smoothAccuracy : smooth;
  const at = (i) => X(place(lab, run, run.data, i));
  const curve = (numbers) => trace(g, count, at, (i) => Y(numbers[i]));
  g.save();
  g.strokeStyle = colour;
  if (newest && !accuracy) {
    g.globalAlpha = 0.38;
    g.lineWidth = lines.raw;
    curve(loss);
    g.globalAlpha = 1;
  }
  g.lineJoin = "round";
  g.lineWidth = width;
  const stretch = lab.lecture ? 2 : newest ? 1 : 0.72;
  g.setLineDash(lab.tokens.run_patterns[run.number - 1].dash.map((v) => v * stretch));
  curve(values);
  if (run.recorded && runs.some((other) => !other.recorded)) {
    g.strokeStyle = css("--page"); // beside live runs a recording is a double line
    g.lineWidth = width / 3;
    g.setLineDash([]);
    curve(values);
  }
  g.restore();
  paintTests(lab, run, colour);
  const x = at(count - 1);
  const y = Y(values[count - 1]);
  if (run.status === "diverged" && !accuracy) {
    const beside = cross(g, x, Math.max(y, top + lines.marker), lines, colour, css);
    return { run, newest, broken: true, x: beside, y: Math.max(y, top + 0.7 * em) };
  }
  paintTip(g, run, x, y, width, colour);
  return { run, newest, x, y, value: valueAt(lab, run, values, accuracy) };
}

function paintTip(g, run, x, y, width, colour) {
  const s = 1.4 * width;
  g.fillStyle = colour;
  if (!over(run)) disc(g, x, y, 1.5 * width);
  if (["stopped", "failed"].includes(run.status)) g.fillRect(x - s, y - s, 2 * s, 2 * s);
}
function disc(g, x, y, radius) {
  g.beginPath();
  g.arc(x, y, radius, 0, 7);
  g.fill();
}

function paintTrial(lab, run, { series }) {
  const { g, css, lines, X, Y, accuracy } = lab.frame;
  const values = accuracy ? series.smoothAccuracy : series.smooth;
  const at = (i) => X(place(lab, run, series, i));
  g.strokeStyle = css("--axis");
  g.lineWidth = lines.reference;
  trace(g, series.length, at, (i) => Y(values[i]));
}

function paintTests(lab, run, colour) {
  // test images, where a run looks at them more than once
  const { g, css, X, Y } = lab.frame;
  if (run.data.tests.length < 2) return;
  g.save();
  g.strokeStyle = colour;
  g.fillStyle = css("--page");
  g.lineWidth = 1.25;
  const points = run.data.tests.map(([step, loss, accuracy, seconds]) => [
    X({ step, epoch: (step * run.epochs) / run.steps, seconds }[lab.x]),
    Y(lab.y === "accuracy" ? accuracy : loss),
  ]);
  g.beginPath();
  points.forEach(([x, y], i) => (i ? g.lineTo(x, y) : g.moveTo(x, y)));
  g.stroke();
  for (const [x, y] of points) {
    disc(g, x, y, 2.75);
    g.stroke();
  }
  g.restore();
}

function cross(g, x, y, lines, colour, css) {
  const s = lines.marker * 0.75;
  for (const [ink, width] of [
    [css("--page"), lines.run + 3],
    [colour, Math.max(2, lines.run)],
  ]) {
    g.strokeStyle = ink;
    g.lineWidth = width;
    line(g, x - s, y - s, x + s, y + s);
    line(g, x + s, y - s, x - s, y + s);
  }
  return x + s * 1.8;
}
