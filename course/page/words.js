// Elements, numbers and words: the same forms as course/wording.py writes.
const h = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  if (["input", "button", "select"].includes(tag)) element.dataset.lmSuppressShortcuts = "true"; // JupyterLab looks at the focused element itself
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
};

const SVG = "http://www.w3.org/2000/svg";
function shape(viewBox, d, attributes = {}) {
  const svg = document.createElementNS(SVG, "svg"),
    path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", viewBox);
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", d);
  for (const [name, value] of Object.entries(attributes)) path.setAttribute(name, value);
  svg.append(path);
  return svg;
}
const ICONS = {
  train: "M2 1 10 6 2 11z",
  stop: "M1.5 1.5h9v9h-9z",
  reset: "M6 1.2V0L9.2 2.2 6 4.4V3.2A3.3 3.3 0 1 0 9.3 6.5h1.7A5 5 0 1 1 6 1.2z",
};
const icon = (name) => shape("0 0 12 12", ICONS[name]);

const minus = (words) => String(words).replace("-", "−");
const power = (n) => "10" + (n < 0 ? "⁻" : "") + [...String(Math.abs(n))].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("");
const tick = (n) => (n >= -3 && n <= 3 ? String(+(10 ** n).toPrecision(1)) : power(n));

function number(value) {
  if (value === null || value === undefined) return "–";
  if (!isFinite(value)) return value > 0 ? "∞" : "not a number";
  if (value === 0) return "0";
  if (value >= 999.5 || value < 1e-4) {
    const [mantissa, exponent] = value.toExponential(1).split("e");
    return minus(`${mantissa}e${+exponent}`);
  }
  const rounded = +value.toPrecision(value < 1 ? 2 : 3);
  return rounded.toPrecision(rounded < 1 ? 2 : 3);
}
const percent = (fraction) =>
  fraction === null || fraction === undefined ? "–" : (100 * fraction).toFixed(1) + "\u202f%";
function duration(seconds) {
  if (seconds < 0.1) return "< 0.1 s";
  if (seconds < 60) return (seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)) + " s";
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
const capital = (words) => words[0].toUpperCase() + words.slice(1);
const plainWords = (parts) => parts.map(([word, value]) => `${word} ${value}`).join(", ");
