// One of a few words: chips, or in the row of small fields a list.
import { h } from "./elements.js";

/** @import { Owner, Part } from "./controls.js" */
/** @import { DeclaredOptions } from "./protocol.js" */

/** @param {Owner} owner @param {DeclaredOptions} control @returns {Part} */
export function selectOf(owner, control) {
  const { name, label, options, labels } = control;
  const select = h(
    "select",
    { onchange: () => moveTo(owner, name, select.value) },
    options.map((option, i) => h("option", { value: option }, labels[i])),
  );
  return {
    control,
    element: h("label", {}, label, select),
    show: (value) => {
      select.value = String(value);
    },
  };
}

/** Chips; those of kinds show their colours. @param {Owner} owner @param {DeclaredOptions} control @returns {Part} */
export function chipsOf(owner, control) {
  const { name, label, options, labels, families, role } = control;
  const radios = options.map((value) =>
    h("input", { type: "radio", name: owner.uid + name, value, onchange: () => moveTo(owner, name, value) }),
  );
  const chips = radios.map((radio, i) =>
    h("label", { class: "kind", style: `--c:var(--k-${families[i]})` }, radio, role === "kind" && h("i"), labels[i]),
  );
  return {
    control,
    element: h("fieldset", { class: "kinds" }, h("legend", { class: "lab-label" }, label), h("div", {}, chips)),
    show: (value) => {
      for (const radio of radios) radio.checked = radio.value === value;
    },
  };
}

/** @param {Owner} owner @param {string} name @param {string} value */
function moveTo(owner, name, value) {
  owner.move(name, value);
  owner.settle();
}
