import assert from "node:assert/strict";
import test from "node:test";
import { cardOf, outcomeOf } from "../../course/page/card.js";

/** As much of a document as a card needs: elements that write themselves. */
class FakeElement {
  dataset = {};
  attributes = {};
  children = [];
  constructor(tag) {
    this.tag = tag;
  }
  append(...children) {
    this.children.push(...children);
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  addEventListener() {}
  toString() {
    return `<${this.tag}>${this.children.join("")}</${this.tag}>`;
  }
}
globalThis.document = { createElement: (tag) => new FakeElement(tag) };

test("a question's card sets names between backticks as code, in the options too", () => {
  const question = { text: "How far apart are `shallow` and `deep`?", options: ["`0`", "far"] };
  const card = String(cardOf("q", question, "Lock in", () => {}));
  assert.match(card, /<p>How far apart are <code>shallow<\/code> and <code>deep<\/code>\?<\/p>/);
  assert.match(card, /<span><code>0<\/code><\/span>/);
});
test("what was measured stands beside what was said, and also where the question was skipped", () => {
  const said = String(outcomeOf("about `10`", "970 times lower; not as predicted"));
  assert.match(said, /You predicted<\/dt><dd><span>about <code>10<\/code><\/span>/);
  assert.match(said, /Measured<\/dt><dd><b>970 times lower; not as predicted<\/b>/);
  assert.match(String(outcomeOf(null, "970 times lower")), /Skipped<\/dt>.*Measured<\/dt><dd><b>970 times lower/);
  assert.doesNotMatch(String(outcomeOf("alike", "")), /Measured/);
});
