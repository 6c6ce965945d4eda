// The reader's hand: a question, its options, and the answer kept in yellow.
import { h } from "./elements.js";

/** @import { Question } from "./protocol.js" */

/** What stands between backticks is code. @param {string} words */
export const coded = (words) => words.split("`").map((part, i) => (i % 2 ? h("code", {}, part) : part));

/**
 * @param {string} uid
 * @param {Question} question
 * @param {string} locks what the button says that locks the answer in
 * @param {(chosen: number | null) => void} answer the option's place, null to skip the question
 */
export function cardOf(uid, question, locks, answer) {
  /** @type {number | null} */
  let chosen = null;
  const button = (/** @type {string} */ word, /** @type {object} */ attributes) =>
    h("button", { type: "button", class: "btn", ...attributes }, word);
  const lock = button(locks, {
    class: "btn primary",
    "aria-disabled": "true",
    onclick: () => chosen === null || answer(chosen),
  });
  const choose = (/** @type {number} */ place) => {
    chosen = place;
    lock.removeAttribute("aria-disabled");
  };
  const options = question.options.map((text, i) =>
    h(
      "label",
      { class: "check" },
      h("input", { type: "radio", name: `${uid}answer`, value: i, onchange: () => choose(i) }),
      h("span", {}, coded(text)),
    ),
  );
  const skip = button("Skip the question", { onclick: () => answer(null) });
  return h(
    "div",
    { class: "card", role: "group", "aria-labelledby": `${uid}q` },
    h("h3", {}, "Your prediction"),
    h("p", { id: `${uid}q` }, coded(question.text)),
    h("fieldset", { class: "opts" }, h("legend", { class: "sr" }, coded(question.text)), options),
    h("div", { class: "go" }, lock, skip),
  );
}

/**
 * What was said beside what was found.
 * @param {string | null} answer null where the question was skipped
 * @param {string} measured empty as long as nothing is
 */
export const outcomeOf = (answer, measured = "") =>
  h(
    "dl",
    { class: "outcome" },
    h("dt", {}, answer === null ? "Skipped" : "You predicted"),
    h("dd", {}, answer !== null && h("span", { class: "tag" }, coded(answer))),
    measured && [h("dt", {}, "Measured"), h("dd", {}, h("b", {}, coded(measured)))],
  );
