// The reader's hand: a question, its options, and the answer kept in yellow.
function cardOf(uid, question, actions, onLock, onSkip) {
  let chosen = null;
  const lock = h(
    "button",
    { type: "button", class: "btn primary", "aria-disabled": "true", onclick: () => chosen === null || onLock(chosen) },
    actions[0],
  );
  const options = question.options.map((text, i) =>
    h(
      "label",
      { class: "check" },
      h("input", {
        type: "radio",
        name: uid + "answer",
        value: i,
        onchange: () => {
          chosen = i;
          lock.removeAttribute("aria-disabled");
        },
      }),
      text,
    ),
  );
  return h(
    "div",
    { class: "card", role: "group", "aria-labelledby": uid + "q" },
    h("h3", {}, "Your prediction"),
    h("p", { id: uid + "q" }, question.text),
    h("fieldset", { class: "opts" }, h("legend", { class: "sr" }, question.text), options),
    h("div", { class: "go" }, lock, h("button", { type: "button", class: "btn", onclick: () => onSkip() }, actions[1])),
  );
}
function outcomeOf(answer, measured) {
  return h(
    "dl",
    { class: "outcome" },
    h("dt", {}, "You predicted"),
    h("dd", {}, h("span", { class: "tag" }, answer)),
    measured && h("dt", {}, "Measured"),
    measured && h("dd", {}, h("b", {}, measured)),
  );
}
