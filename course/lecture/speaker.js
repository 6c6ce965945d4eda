// The speaker's window, which reveal.js opens: in it the deck stands twice more, on this slide and on the next. What is
// pressed there is done in the hall. A copy trains nothing and takes no click: it shows what the hall says.
import { press } from "./keys.js";
import { isDark, setScheme } from "./scheme.js";
import { takeVotes, votesNow } from "./votes.js";

/** @import { Deck } from "./deck.js" */
/** @typedef {{ course: "press", key: string, code: number } | { course: "look" }} Asked of the hall, by a copy */
/** @typedef {{ course: "hall", dark: boolean, votes: ReturnType<typeof votesNow>, slide: string, status: string }} Told by the hall */

const LOOK_AT_HALL = 300; // ms between two looks at the hall
/** @type {Record<number, string>} what reveal.js tells of a key is its number */
const KEY_NAMES = {
  13: "Enter",
  27: "Escape",
  32: " ",
  33: "PageUp",
  34: "PageDown",
  61: "+",
  107: "+",
  109: "-",
  171: "+",
  173: "-",
  187: "+",
  189: "-",
};
const EACH_ITS_OWN = ["f", "s"]; // a browser lets no other window fill the screen, and the speaker's window is there

/** The hall's window, where this deck is a copy of it. @returns {Window | null} */
export const hallOf = () =>
  new URLSearchParams(location.search).has("receiver") && parent !== window ? parent.opener : null;

/** Whether somebody is a copy in a window that this one has opened: of a file nobody can tell where it is from. @param {MessageEventSource | null} source */
const isCopy = (source) =>
  source !== null && "parent" in source && source.parent !== window && source.parent.opener === window;

/** The hall does what is pressed in the speaker's window, and tells the copies how it stands. @param {Deck} deck */
export function hearCopies(deck) {
  addEventListener("message", ({ source, data }) => {
    if (!isCopy(source) || !data?.course) return;
    if (data.course === "press" && !EACH_ITS_OWN.includes(data.key)) press(deck, data.key, data.code);
    source?.postMessage(standing(deck), { targetOrigin: "*" });
  });
}

/** @param {Deck} deck @returns {Told} */
function standing(deck) {
  const slide = deck.getCurrentSlide();
  const says = slide.querySelector(".live .status span span, .course-drawing [role=status]");
  return {
    course: "hall",
    dark: isDark(),
    votes: votesNow(),
    slide: slide.id,
    status: says?.textContent ?? "",
  };
}

/** This is a copy. reveal.js must not have begun: what it is told of keys goes to the hall. @param {Window} hall */
export function followHall(hall) {
  const says = document.createElement("p");
  says.className = "hall-says";
  document.body.append(says);
  document.querySelector(".reveal")?.toggleAttribute("inert", true);
  const ask = (/** @type {Asked} */ asked) => hall.postMessage(asked, "*");
  addEventListener("keydown", (event) => passOn(event, ask), { capture: true });
  addEventListener("message", (event) => {
    const code = keyIn(event.data);
    if (code) {
      event.stopImmediatePropagation();
      ask({ course: "press", key: KEY_NAMES[code] ?? letterOf(code), code });
    } else if (event.source === hall && event.data?.course === "hall") showHall(says, event.data);
  });
  setInterval(() => ask({ course: "look" }), LOOK_AT_HALL);
}

/** @param {KeyboardEvent} event @param {(asked: Asked) => void} ask */
function passOn(event, ask) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask({ course: "press", key: event.key.length === 1 ? event.key.toLowerCase() : event.key, code: event.keyCode });
}

/** The key that reveal.js tells of in a message from the speaker's window, 0 in any other message. @param {unknown} data @returns {number} */
function keyIn(data) {
  if (typeof data !== "string" || !data.includes("triggerKey")) return 0;
  const { method, args } = JSON.parse(data);
  return method === "triggerKey" ? Number(args[0]) : 0;
}

/** A letter or a digit, of the upper row or of the field of numbers. @param {number} code */
const letterOf = (code) => String.fromCharCode(code >= 96 && code <= 105 ? code - 48 : code).toLowerCase();

/** @param {HTMLElement} says @param {Told} told */
function showHall(says, { dark, votes, slide, status }) {
  if (dark !== isDark()) setScheme(dark);
  takeVotes(votes);
  const here = document.querySelector("section.present")?.id === slide; // and not the copy of the next slide
  says.textContent = here && status ? `In the hall: ${status}` : "";
}
