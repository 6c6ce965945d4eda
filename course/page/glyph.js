// The depth slider's scale is the network: a bar is a layer, with the arcs, gates or falling survival of its kind.
const NOTES = {
  plain: "Plain: each layer feeds the next, nothing else to set.",
  plain_bn: "Batch norm before each ReLU, nothing else to set.",
  residual: "Residual: the input is added after every second layer, nothing else to set.",
  looks_linear: "CReLU with mirrored weights: linear at step 0.",
  crelu: "CReLU: keeps both signs, so nothing is cut away.",
  linear: "No activation: one linear map, however deep.",
  rezero: "Each block is scaled by α, and α starts at 0.",
};
const SKIPS = ["highway", "residual", "stochastic_depth", "rezero"];

function paintGlyph(lab) {
  const {
    el,
    settings: { kind, depth },
  } = lab;
  if (!el.glyph?.clientWidth) return;
  const [g, w, H] = fresh(el.glyph);
  const css = (name) => getComputedStyle(lab.root).getPropertyValue(name).trim();
  const em = parseFloat(getComputedStyle(lab.root).fontSize);
  const pad = 0.86 * em;
  const step = (w - 2 * pad) / (LAYERS - 1);
  const X = (i) => pad + (i - 1) * step;
  const bar = Math.max(1.4, step * 0.52);
  const foot = H * 0.86;
  const tall = H * 0.42;
  g.fillStyle = css("--control");
  g.fillRect(X(1), foot - 0.5, X(LAYERS) - X(1), 1);
  const recorded = Object.keys(lab.declared.recorded[kind] || {}).map(Number);
  for (const d of recorded) g.fillRect(X(d) - 0.5, foot, 1, H - foot);
  g.fillStyle = g.strokeStyle = css("--k-" + lab.family(kind));
  g.lineWidth = Math.max(1, em * 0.075);
  const shown = Math.min(depth, LAYERS);
  const last = lab.settings.survival_probability ?? 0.5;
  for (let i = 1; i <= shown; i++) {
    const inner = i > 1;
    const x = X(i) - bar / 2;
    let height = tall;
    if (kind === "stochastic_depth" && inner) height *= 1 - ((i - 1) / (shown - 1)) * (1 - last);
    if (kind === "rezero" && inner) height *= 0.45;
    if (["looks_linear", "crelu"].includes(kind) && inner) {
      g.fillRect(x, foot - tall, bar, tall * 0.43);
      g.fillRect(x, foot - tall * 0.43, bar, tall * 0.43);
    } else g.fillRect(x, foot - height, bar, height);
    if (kind === "plain_bn") g.fillRect(X(i) - step * 0.42, foot - tall - em * 0.2, step * 0.84, em * 0.11);
    if (SKIPS.includes(kind) && inner) {
      const y = foot - tall - em * 0.22;
      g.beginPath();
      g.moveTo(X(i - 1), y);
      g.quadraticCurveTo((X(i - 1) + X(i)) / 2, y - em * 0.62, X(i), y);
      g.stroke();
      if (kind === "highway") {
        g.beginPath();
        g.arc(X(i), y, Math.max(1, step * 0.2), 0, 7);
        g.fill();
      }
    }
  }
  let right = Infinity;
  const apart = recorded
    .sort((a, b) => b - a)
    .filter((d) => {
      if ((right - d) * step < 1.7 * em) return false;
      right = d;
      return true;
    });
  el.marks.replaceChildren(
    ...apart.map((d) => h("span", { style: `left:${X(d)}px` }, String(d))),
    recorded.length && step > 4.4 ? h("em", { style: `left:${X(63)}px` }, "marks: recorded") : "",
  );
}
