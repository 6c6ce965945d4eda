// The words at the ends of the lines: number, name, value; and what a run that broke says.
const badge = (lab, run, ghost) =>
  h(
    "span",
    {
      class: "badge" + (ghost ? " ghost" : ""),
      style: `--c:var(--k-${run.family});--on:var(--on-${run.family})`,
      "aria-hidden": "true",
    },
    String(run.number),
  );

function valueAt(lab, run, values, accuracy) {
  // what the label quotes: the drawn value, or the training loss of a finished run
  if (lab.cross === null && run.status === "finished" && !accuracy) return number(run.loss);
  const reach = { step: 1, epoch: run.steps / run.epochs }[lab.x];
  const i =
    lab.cross === null
      ? run.data.length - 1
      : reach
        ? run.data.at(lab.cross * reach)
        : upTo(run.data.seconds, lab.cross);
  return accuracy ? percent(values[i]) : number(values[i]);
}
function upTo(seconds, moment) {
  let i = seconds.findIndex((v) => v > moment);
  return Math.max(0, (i < 0 ? seconds.length : i) - 1);
}

function numerals(lab, ends) {
  // on the lines, like contour labels, where two runs share a colour
  const { g, em, css, x1, X, Y, accuracy } = lab.frame;
  for (const { run } of ends) {
    if (accuracy || !ends.some((other) => other.run !== run && other.run.family === run.family)) continue;
    const i = Math.min(run.data.length - 1, Math.round(run.data.length * (0.22 + 0.085 * run.number)));
    const x = X(place(lab, run, run.data, i));
    const y = Y(run.data.smooth[i]);
    if (run.data.length < 24 || x > x1 - 2 * em) continue;
    g.font = `700 ${0.857 * em}px ${css("--font-ui")}`;
    g.textAlign = "center";
    g.textBaseline = "middle";
    g.fillStyle = css("--page");
    g.fillRect(x - 0.48 * em, y - 0.55 * em, 0.95 * em, 1.1 * em);
    g.fillStyle = css("--k-" + run.family);
    g.fillText(String(run.number), x, y + 0.04 * em);
  }
}

function labels(lab, ends) {
  // pushed apart, each joined to its line by a leader
  const { g, W, em, x1, top, bottom, lines, css } = lab.frame;
  const gap = 1.5 * em;
  const runs = lab.visible();
  ends.sort((a, b) => a.y - b.y);
  const at = ends.map((end) => end.y);
  for (let round = 0; round < 60; round++)
    for (let i = 0; i < at.length; i++) {
      if (i) {
        const push = gap - (at[i] - at[i - 1]);
        if (push > 0) {
          at[i] += push / 2;
          at[i - 1] -= push / 2;
        }
      }
      at[i] = Math.min(bottom, Math.max(top + 0.4 * em, at[i]));
    }
  return ends.map((end, i) => {
    g.save();
    g.lineWidth = lines.reference;
    if (end.x < x1 - em) {
      g.setLineDash([lines.reference, 5 * lines.reference]);
      g.strokeStyle = css("--axis");
      line(g, end.x + em * 0.6, end.y, x1, end.y);
      g.setLineDash([]);
    }
    g.strokeStyle = css("--k-" + end.run.family);
    g.beginPath();
    g.moveTo(Math.max(x1, Math.min(x1, end.x + 3)), end.y);
    g.lineTo(x1 + 0.15 * em, end.y);
    g.lineTo(x1 + 0.85 * em, at[i]);
    g.stroke();
    g.restore();
    const words = labelOf(end.run, runs).replace("stochastic depth", W < 47 * em ? "stoch." : "stoch. depth");
    const name = h("span", { class: "name" + (lab.picked && end.run.label === lab.picked ? " pick" : "") }, words);
    return h(
      "div",
      { class: "dlab" + (end.newest ? "" : " ghost"), style: `top:${at[i]}px` },
      badge(lab, end.run, !end.newest),
      name,
      h("b", {}, end.value),
    );
  });
}

function brokenLabels(lab, broken) {
  const { em } = lab.frame;
  return broken
    .sort((a, b) => a.x - b.x)
    .map(({ run, newest, x, y }, i) => {
      const words = `${labelOf(run, lab.visible())}: diverged at step ${run.diverged}`;
      return h("div", { class: "dv", style: `top:${y + i * 1.6 * em}px;left:${x}px` }, badge(lab, run, !newest), words);
    });
}
