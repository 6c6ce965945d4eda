// The runs as a table: the same facts in words, for everybody who does not see the chart.
import { badge, h, shape } from "./elements.js";
import { isDouble } from "./runs.js";
import { duration, number, percent } from "./words.js";

/** @import { Change } from "./protocol.js" */
/** @import { Run } from "./runs.js" */
/** @import { View } from "./view.js" */

/** @param {View} view */
export function tableOf(view) {
  const runs = view.visible;
  if (!runs.length) return "";
  return h(
    "table",
    { class: "runs" },
    h("caption", {}, "Runs ", h("span", {}, keptOf(view))),
    h("thead", {}, columnsOf(view)),
    h(
      "tbody",
      {},
      runs.flatMap((run) => [rowOfRun(view, run), ...run.touch.changes.map((change) => changedRow(view, change))]),
    ),
  );
}

/** How many there are, and how they are drawn. @param {View} view */
function keptOf({ visible: runs, film, tokens }) {
  if (film) return "recorded, of the film";
  const recorded = runs.filter((run) => run.recorded).length;
  if (recorded > 1 && recorded === runs.length) return `${recorded} recorded; what you train is drawn beside them`;
  const double = runs.some((run) => isDouble(run, runs)) ? ", recorded ones are double" : "";
  return `${runs.length} of ${tokens.chart.max_runs}; the newest is bold, older ones are thin lines${double}`;
}

/** @param {View} view */
function columnsOf({ declared: { named }, hasPanel, film, tested }) {
  /** @type {([string, string?] | false)[]} */
  const columns = [
    ["Run"],
    named && ["Network"],
    ["Settings", named ? "how opt" : "how"],
    ["Training loss"],
    tested && ["Test loss"],
    ["Test accuracy"],
    ["Time", "opt"],
    ["State", "how"],
    hasPanel && !film && ["Strip", "g"],
  ];
  return h(
    "tr",
    {},
    columns.map((column) => column && h("th", { scope: "col", class: column[1] }, column[0])),
    !film && h("th", { scope: "col" }, h("span", { class: "sr" }, "Remove")),
  );
}

/** @param {View} view @param {Run} run */
function rowOfRun(view, run) {
  const { declared, hasPanel, film, tested } = view;
  const newest = run === view.visible.at(-1);
  const settings = run.parts.map(([word, value]) => `${word} ${value}`).join(", ");
  return h(
    "tr",
    { class: newest ? "new" : null },
    h("td", {}, nameOf(view, run, !newest)),
    declared.named && h("td", {}, run.label),
    h("td", { class: declared.named ? "how opt" : "how" }, settings),
    h("td", {}, run.over ? number(run.loss) : "…"),
    tested && h("td", {}, run.over ? number(run.data.testLoss) : "…"),
    h("td", {}, run.over ? percent(run.test) : "…"),
    h("td", { class: "opt" }, run.over ? duration(run.seconds) : "…"),
    h("td", { class: "how" }, run.state),
    hasPanel && !film && h("td", { class: "g" }, h("label", {}, pickOf(view, run))),
    !film && h("td", {}, removeOf(view, run)),
  );
}

/** What its network does with layers left out or swapped. @param {View} view @param {Change} change */
function changedRow({ declared: { named }, hasPanel, film, tested }, { label, test, loss, now }) {
  const cells = [
    h("td", { colspan: named ? 2 : 1 }, h("span", { class: "rn" }, h("span", { "aria-hidden": "true" }, "↳"), label)),
    h("td", { class: named ? "how opt" : "how" }),
    h("td", {}, "–"),
    tested && h("td", {}, number(loss)),
    h("td", {}, percent(test)),
    h("td", { class: "opt" }),
    h("td", { class: "how" }, `error ${percent(1 - test)}${now ? ", as above" : ""}`),
    hasPanel && !film && h("td"),
    !film && h("td"),
  ];
  return h("tr", { class: now ? "change now" : "change" }, cells);
}

/** Numeral and line, as the chart has them. @param {View} view @param {Run} run @param {boolean} ghost */
function nameOf({ tokens, visible }, run, ghost) {
  const dash = tokens.run_patterns[run.number - 1].dash.join(" ");
  const sample = (/** @type {Record<string, string | number>} */ how) => shape("0 0 48 12", "M0 6H48", how);
  const line = sample({ stroke: `var(--k-${run.family})`, "stroke-width": 2.5, "stroke-dasharray": dash });
  if (isDouble(run, visible)) line.append(...sample({ stroke: "var(--page)", "stroke-width": 1 }).children);
  line.setAttribute("class", "sample");
  return h("span", { class: "rn" }, badge(run, ghost), line, h("span", { class: "sr" }, `run ${run.number}`));
}

/** Whose strip is shown. @param {View} view @param {Run} run */
function pickOf(view, run) {
  const pick = h("input", {
    type: "radio",
    name: `${view.uid}strip`,
    "aria-label": `Show the strip of run ${run.number}`,
    onchange: () => {
      view.chosen = run.id;
      view.draw();
    },
  });
  pick.checked = view.selected === run;
  return pick;
}

/** @param {View} view @param {Run} run */
const removeOf = (view, run) =>
  h(
    "button",
    {
      type: "button",
      class: "ib rm",
      "aria-label": `Remove run ${run.number}`,
      title: "Remove",
      onclick: () => view.remove(run),
    },
    "×",
  );

/**
 * The element with fresh content, the focus on what stands where it was.
 * @param {HTMLElement} element
 * @param {string | Node} content
 * @param {HTMLElement} otherwise where the focus goes if that is gone
 */
export function refill(element, content, otherwise) {
  const targets = () => [.../** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll("input, button"))];
  const root = /** @type {Document | ShadowRoot} */ (element.getRootNode());
  const focused = targets().indexOf(/** @type {HTMLElement} */ (root.activeElement));
  element.replaceChildren(content);
  if (focused >= 0) (targets()[focused] ?? otherwise).focus();
}
