// Numbers: a slider, with a box where the course can choose; or in the row of small fields a field.
import { h } from "./elements.js";
import { kindIn } from "./roles.js";
import { allowed, scaleOf } from "./scale.js";
import { rate } from "./words.js";

/** @import { Owner, Part } from "./controls.js" */
/** @import { DeclaredNumber, Setting } from "./protocol.js" */

/** @param {Owner} owner @param {DeclaredNumber} control @returns {Part} */
export function fieldOf(owner, control) {
  const input = numberInput(owner, control);
  return { control, element: h("label", {}, control.label, input), show: (value) => showIn(input, value) };
}

/** A number to type. @param {Owner} owner @param {DeclaredNumber} control */
export function numberInput(owner, control) {
  const take = () => {
    const value = allowed(control, input.value);
    input.value = String(value);
    owner.move(control.name, value);
    owner.settle();
  };
  // JupyterLab keeps Enter from the browser, which would otherwise report a change
  const input = h("input", {
    type: "number",
    min: control.low,
    max: control.high,
    step: control.whole ? 1 : "any",
    onchange: take,
    onkeydown: (/** @type {KeyboardEvent} */ event) => event.key === "Enter" && take(),
  });
  return input;
}

/** What is being typed stays. @param {HTMLInputElement} input @param {Setting} value */
export function showIn(input, value) {
  if (document.activeElement !== input) input.value = String(value);
}

/** @param {Owner} owner @param {DeclaredNumber} control @returns {Part} */
export function sliderOf(owner, control) {
  const { name, label, automatic, automatic_value: itself = null, only_for: kind } = control;
  const id = owner.uid + name;
  const scale = scaleOf(control);
  let own = scale.valueAt(scale.steps / 2); // what the reader had last
  const range = h("input", {
    type: "range",
    id,
    min: 0,
    max: scale.steps,
    step: 1,
    oninput: () => owner.move(name, scale.valueAt(+range.value)),
    onchange: () => owner.settle(),
  });
  const choose = () => {
    owner.move(name, box.checked ? itself : own);
    owner.settle();
  };
  const box = h("input", { type: "checkbox", onchange: choose });
  const out = h("output", { for: id });
  const element = h(
    "div",
    { class: "field" },
    h("label", { class: "lab-label", for: id }, label),
    automatic ? h("label", { class: "check" }, box, automatic) : h("span"),
    out,
    range,
  );
  /** @type {Part["show"]} */
  const show = (value) => {
    const known = typeof value === "number" ? value : owner.automatic(name);
    box.checked = range.disabled = typeof value !== "number";
    if (typeof value === "number") own = value;
    // several places may stand for one rounded value: the one where the reader is stays, or keys could not leave it
    if (known !== null && scale.valueAt(+range.value) !== known) range.value = String(scale.positionOf(known));
    out.textContent = rate(known);
    range.setAttribute("aria-valuetext", box.checked ? `${automatic}, ${out.textContent}` : out.textContent);
    range.style.setProperty("--p", `${(100 * +range.value) / scale.steps}%`);
    element.hidden = Boolean(kind) && kindIn(owner.declared.controls, owner.settings) !== kind;
  };
  return { control, element, show };
}
