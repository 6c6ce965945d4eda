// What a lab consists of on the page, top to bottom.
import { barsOf } from "./bars.js";
import { button, h, headOf, tryFirst } from "./elements.js";
import { guessTag } from "./guess.js";
import { statusLine } from "./status.js";

/** @import { View } from "./view.js" */
/** @typedef {ReturnType<typeof layOut>} Elements */

/** Fills the root and returns what is drawn into later. @param {View} view @param {HTMLElement} form its controls */
export function layOut(view, form) {
  const { declared, requests, root } = view;
  const offer = h(
    "button",
    { type: "button", class: "btn offer", hidden: true, onclick: () => requests.showRecorded() },
    "Show the recording",
  );
  const spare = h(
    "button",
    { type: "button", class: "btn offer", hidden: true, onclick: () => view.link.spare?.() },
    "Train in this page",
  );
  const el = {
    spare,
    train: button("train", "Train", () => requests.train(), "space"),
    stop: button("stop", "Stop", () => requests.stop()),
    reset: button("reset", "Reset", () => requests.reset()),
    follow: h("input", { type: "checkbox" }),
    guessing: h("input", { type: "checkbox", onchange: () => view.draw() }),
    guess: guessTag(view),
    bars: barsOf(view),
    film: h("input", { type: "checkbox", onchange: () => view.link.film?.open().then(() => view.draw()) }),
    status: statusLine(offer, spare),
    outcome: h("div", { class: "dl-out" }),
    chip: h("span", { class: "chip", hidden: true }),
    table: h("div", { class: "dl-table" }),
    foot: h("p", { class: "dl-foot" }),
    ...plotOf(),
  };
  el.chart.append(el.guess);
  el.stripPart.append(el.bars.element);
  root.classList.add("dl");
  root.classList.toggle("lecture", declared.lecture);
  root.classList.toggle("free", !declared.named);
  const checks = h(
    "div",
    { class: "checks" },
    h("label", { class: "check" }, el.follow, "Train on change"),
    h("label", { class: "check" }, el.guessing, "Draw a guess"),
    view.link.film && h("label", { class: "check" }, el.film, "Film of recordings"),
  );
  root.replaceChildren(
    h(
      "div",
      { class: "dl-frame" },
      headOf(declared, el.chip),
      tryFirst(declared.suggestion),
      form,
      h(
        "div",
        { class: "dl-act" },
        h("div", { class: "btns" }, el.train, el.stop, el.reset),
        checks,
        el.status.element,
      ),
      h("div", { class: "dl-main" }, h("div", { class: "dl-views" }, el.title, radiosOfAxes(view)), el.plot),
      el.outcome,
      el.table,
      el.foot,
    ),
  );
  return el;
}

/** Curves, spine and strip. */
function plotOf() {
  const canvas = () => h("canvas", { "aria-hidden": "true" });
  const labels = () => h("div", { class: "dlabels", "aria-hidden": "true" });
  const el = {
    title: h("span", { class: "cap" }),
    curves: canvas(),
    words: labels(),
    ticks: h("div", { "aria-hidden": "true" }),
    cursor: h("input", { type: "range", min: 0, max: 1000, value: 1000, "aria-label": "Read values along the curves" }),
    stripTitle: h("p", { class: "cap-strip" }),
    strip: canvas(),
    stripWords: labels(),
  };
  const chart = h("div", { class: "pane chart" }, el.curves, el.words);
  const stripPane = h("div", { class: "pane strip" }, el.strip, el.stripWords);
  const stripPart = h("div", {}, el.stripTitle, stripPane);
  const plot = h(
    "div",
    { class: "dl-plot", role: "group", "aria-label": "Curves and strip; the table below holds the same values" },
    chart,
    h("div", { class: "spine" }, el.ticks, el.cursor),
    stripPart,
  );
  return { ...el, chart, stripPane, stripPart, plot };
}

/** The radios of both axes. @param {View} view */
function radiosOfAxes(view) {
  const y = radiosOf(view, "Loss axis", "y", ["log", "linear", "accuracy"]);
  const x = radiosOf(view, "Time axis", "x", ["step", "epoch", "seconds"]);
  return h("span", {}, y, " ", x);
}

/**
 * @template {"x" | "y"} K
 * @param {View} view
 * @param {string} name
 * @param {K} key
 * @param {View[K][]} options
 */
function radiosOf(view, name, key, options) {
  const choose = (/** @type {View[K]} */ value) => {
    view[key] = value;
    view.read(null);
  };
  const radios = options.map((value) => {
    const radio = h("input", { type: "radio", name: view.uid + key, value, onchange: () => choose(value) });
    radio.checked = view[key] === value;
    return h("label", {}, radio, value);
  });
  return h("span", { class: "seg", role: "radiogroup", "aria-label": name }, radios);
}
