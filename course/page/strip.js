// The strip below the curves: one number a layer over training, as a map with fixed limits, so that two runs compare.
function colours(map) {
  const stops = map.map((hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)));
  return (share) => {
    const t = Math.max(0, Math.min(1, share)) * (stops.length - 1);
    const i = Math.min(stops.length - 2, Math.floor(t));
    return stops[i].map((value, channel) => value + (t - i) * (stops[i + 1][channel] - value));
  };
}
function hatching(g, lab) {
  const ratio = devicePixelRatio || 1;
  const p = Math.round(4 * ratio);
  const tile = document.createElement("canvas");
  tile.width = tile.height = p;
  const t = tile.getContext("2d");
  t.strokeStyle = lab.frame.css("--hatch");
  t.lineWidth = ratio;
  for (const [a, b, c, d] of [
    [-1, p + 1, p + 1, -1],
    [-1, 1, 1, -1],
    [p - 1, p + 1, p + 1, p - 1],
  ])
    line(t, a, b, c, d);
  return g.createPattern(tile, "repeat");
}

function paintStrip(lab) {
  const {
    el,
    tokens: T,
    frame: { x0, x1, em, css, lines, X },
  } = lab;
  const run = lab.selected();
  const panel = (run || lab.runs.list.at(-1))?.panel || lab.lastPanel;
  lab.lastPanel = panel;
  el.stripPart.hidden = !panel && !lab.hasPanel;
  if (el.stripPart.hidden) return;
  const [g, W, H] = fresh(el.strip);
  const words = [];
  const ink = colours(T.maps.sequential[lab.theme]);
  const level = (v) =>
    panel.log
      ? (Math.log10(v) - Math.log10(panel.low)) / (Math.log10(panel.high) - Math.log10(panel.low))
      : (v - panel.low) / (panel.high - panel.low);
  el.stripTitle.replaceChildren(
    ...[
      h("span", {}, panel?.name || "Gradient norm per layer"),
      run && badge(lab, run, run !== lab.runs.list.at(-1)),
      run && h("span", { class: "hint" }, labelOf(run, lab.runs.list)),
      panel?.zero && h("span", { class: "zero" }, h("i", { "aria-hidden": "true" }), panel.zero),
    ].filter(Boolean),
  );
  const strips = run?.data.strips || [];
  if (strips.length) {
    const layers = strips[0].length - 1;
    const image = new ImageData(strips.length, layers);
    const last = place(lab, run, run.data, run.data.length - 1);
    strips.forEach((column, c) => {
      for (let layer = 0; layer < layers; layer++) {
        const value = column[layer + 1];
        const at = 4 * ((layers - 1 - layer) * strips.length + c);
        if (!isFinite(value) || (value === 0 && panel.zero)) continue; // hatched
        image.data.set([...ink(level(value)).map(Math.round), 255], at);
      }
    });
    const every = strips.length > 1 ? strips[1][0] - strips[0][0] : 1;
    const reached = strips.at(-1)[0] + every - 1;
    const end = Math.min(X(last), X(lab.x === "step" ? reached : last));
    const small = document.createElement("canvas");
    small.width = strips.length;
    small.height = layers;
    small.getContext("2d").putImageData(image, 0, 0);
    const ratio = devicePixelRatio || 1;
    g.save();
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.fillStyle = hatching(g, lab);
    g.fillRect(x0 * ratio, 0, (end - x0) * ratio, H * ratio);
    g.restore();
    g.imageSmoothingEnabled = false;
    g.drawImage(small, x0, 0, end - x0, H);
    if (layers <= 20) {
      g.strokeStyle = css("--page");
      g.lineWidth = 0.75;
      for (let i = 1; i < layers; i++)
        line(g, x0, Math.round((i * H) / layers) + 0.5, end, Math.round((i * H) / layers) + 0.5);
    }
    if (run.status === "diverged") {
      g.fillStyle = css("--ink");
      g.fillRect(end, 0, lines.axis * 1.5, H);
    }
    for (const [top, small, big] of [
      [0.55 * em, "", String(layers)],
      [1.75 * em, "output", ""],
      [H - 1.75 * em, "input", ""],
      [H - 0.55 * em, "", "1"],
    ])
      words.push(h("span", { class: "yt", style: `top:${top}px` }, h("small", {}, small), big));
  } else if (run)
    words.push(
      h("div", { class: "empty" }, h("span", {}, run.recorded ? "The strip of a recorded run is not kept." : "")),
    );
  g.strokeStyle = css("--axis");
  g.lineWidth = lines.axis;
  g.strokeRect(x0 + 0.5, 0.5, x1 - x0 - 1, H - 1);
  if (panel) words.push(legend(panel, ink, H, em, level));
  if (lab.cross !== null && run)
    for (const [name, width] of [
      ["--page", 3],
      ["--ink", 1],
    ]) {
      g.strokeStyle = css(name);
      g.lineWidth = width;
      line(g, X(lab.cross), 0, X(lab.cross), H);
    }
  el.stripWords.replaceChildren(...words);
}

function legend(panel, ink, H, em, level) {
  const stops = Array.from({ length: 9 }, (_, i) => `rgb(${ink(1 - i / 8).map(Math.round)}) ${12.5 * i}%`).join(",");
  const marks = panel.log
    ? [panel.high, panel.high / 100, panel.high / 1e4, panel.low]
    : [panel.high, (panel.low + panel.high) / 2, panel.low];
  const text = (v) => (panel.log ? (v === panel.low ? "≤ " : "") + tick(Math.round(Math.log10(v))) : String(v));
  return h(
    "div",
    { class: "scale" },
    h("i", { style: `background:linear-gradient(${stops})` }),
    marks.map((v) => h("span", { style: `top:${0.4 * em + (1 - level(v)) * (H - 0.8 * em)}px` }, text(v))),
  );
}
