// A canvas in device pixels, and lines of any length drawn with at most four points a pixel, their extremes kept.
function fresh(canvas) {
  const ratio = devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const g = canvas.getContext("2d");
  g.scale(ratio, ratio);
  return [g, width, height];
}
function line(g, x0, y0, x1, y1) {
  g.beginPath();
  g.moveTo(x0, y0);
  g.lineTo(x1, y1);
  g.stroke();
}

function trace(g, count, X, Y) {
  g.beginPath();
  let column = NaN;
  let points = 0;
  let low = 0;
  let high = 0;
  let last = 0;
  for (let i = 0; i < count; i++) {
    const x = X(i);
    const y = Y(i);
    if (Math.floor(x) === column) {
      points += 1;
      low = Math.min(low, y);
      high = Math.max(high, y);
    } else {
      if (points > 1) for (const end of [low, high, last]) g.lineTo(column + 0.5, end);
      column = Math.floor(x);
      points = 1;
      low = high = y;
      i ? g.lineTo(x, y) : g.moveTo(x, y);
    }
    last = y;
  }
  if (points > 1) for (const end of [low, high, last]) g.lineTo(column + 0.5, end);
  g.stroke();
}

// The width of the plot, shared by curves, spine and strip; everything is in em of the root.
function frameOf(root, plot, canvas) {
  const em = parseFloat(getComputedStyle(root).fontSize);
  const style = getComputedStyle(plot);
  const length = (name) => {
    const words = style.getPropertyValue(name).trim();
    return words.endsWith("em") ? parseFloat(words) * em : parseFloat(words);
  };
  return {
    em,
    left: length("--ml"),
    right: canvas.clientWidth - length("--mr"),
    css: (name) => getComputedStyle(root).getPropertyValue(name).trim(),
  };
}
