// Keys of the hall. They belong to the deck wherever somebody has clicked: only a field that is being typed into, and
// what was reached with Tab, keep theirs, until Escape gives them back.
import { hasLab, nudge, replay, sliderMoved, trainOrStop } from "./labs.js";
import { allShown, showAll } from "./overview.js";
import { changeScheme } from "./scheme.js";
import { addVote, lockVotes } from "./votes.js";

/** @import { Deck } from "./deck.js" */

/** @type {Record<string, number>} */
const ONE_STEP = { "+": 1, "=": 1, "-": -1 }; // of a slider; = is + without shift

/** @param {Deck} deck */
export function keys(deck) {
  document.addEventListener("keydown", (event) => take(deck, event), { capture: true });
  document.addEventListener("input", sliderMoved);
  document.addEventListener("click", letGo);
  document.addEventListener("change", letGo);
}

/** A key that the deck takes goes nowhere else. @param {Deck} deck @param {KeyboardEvent} event */
function take(deck, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const act = actOf(deck, event.key, document.activeElement);
  if (!act) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  act();
}

/** A key of the speaker's window. No field keeps it: who types into one is here. @param {Deck} deck @param {string} key @param {number} code its number, for reveal.js */
export function press(deck, key, code) {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  const act = actOf(deck, key, null) ?? (() => deck.triggerKey(code));
  act();
}

/** What a key does, if it is the deck's own; reveal.js has the others. @param {Deck} deck @param {string} key @param {Element | null} focused */
function actOf(deck, key, focused) {
  const inside = focused instanceof HTMLElement && focused !== document.body ? focused : null;
  if (key === "PageDown") return () => deck.next();
  if (key === "PageUp") return () => deck.prev();
  if (key === "Escape" && inside) return () => inside.blur();
  if (allShown() && ["Enter", "Escape", " "].includes(key)) return showAll;
  if (inside?.matches("input, select, textarea, button, a[href], [tabindex='0']")) return null;
  return wordOf(key) ?? actOn(deck.getCurrentSlide(), key);
}

/** What a letter does on any slide. @param {string} key */
function wordOf(key) {
  switch (key.toLowerCase()) {
    case "t":
      return changeScheme;
    case "o":
      return showAll;
    case "f":
      return fillOrLeaveScreen;
  }
  return null;
}

/** What a key does on this slide. @param {HTMLElement} slide @param {string} key */
function actOn(slide, key) {
  if (key === "Enter" && slide.matches(".vote")) return () => lockVotes(slide);
  if (/^[1-9]$/.test(key) && slide.matches(".vote")) return () => addVote(slide, Number(key) - 1);
  if (key === " ") {
    const play = slide.querySelector(".course-drawing button");
    if (play instanceof HTMLElement) return () => play.click();
  }
  if (key in ONE_STEP) return () => nudge(slide, ONE_STEP[key]);
  if (!hasLab(slide)) return null;
  if (key === " ") return () => void trainOrStop(slide);
  return key.toLowerCase() === "r" ? () => void replay(slide) : null;
}

function fillOrLeaveScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
}

/** After a click the keys are the deck's again; a field for numbers keeps them while it is typed into. @param {Event} event */
function letGo(event) {
  const focused = document.activeElement;
  const byHand = event instanceof PointerEvent ? event.pointerType !== "" : focused?.matches(":not(:focus-visible)");
  if (byHand && focused instanceof HTMLElement && !focused.matches("input[type=number]")) focused.blur();
}
