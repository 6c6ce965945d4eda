// Keys of the hall. They belong to the deck wherever somebody has clicked: only a field that is being typed into, and
// what was reached with Tab, keep theirs, until Escape gives them back.
import { hasLab, replay, trainOrStop } from "./labs.js";
import { changeScheme } from "./scheme.js";
import { addVote, lockVotes } from "./votes.js";

/** @import { Deck } from "./deck.js" */

/** @param {Deck} deck */
export function keys(deck) {
  document.addEventListener("keydown", (event) => take(deck, event), { capture: true });
  document.addEventListener("click", letGo);
  document.addEventListener("change", letGo);
}

/** A key that the deck takes goes nowhere else. @param {Deck} deck @param {KeyboardEvent} event */
function take(deck, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || deck.isOverview()) return;
  const act = actOf(deck, event.key, document.activeElement);
  if (!act) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  act();
}

/** What a key does, if it is the deck's own; reveal.js has the others. @param {Deck} deck @param {string} key @param {Element | null} focused */
function actOf(deck, key, focused) {
  const inside = focused instanceof HTMLElement && focused !== document.body ? focused : null;
  if (key === "PageDown") return () => deck.next();
  if (key === "PageUp") return () => deck.prev();
  if (key === "Escape" && inside) return () => inside.blur();
  if (inside?.matches("input, select, textarea, button, a[href], [tabindex='0']")) return null;
  const slide = deck.getCurrentSlide();
  if (key === "t" || key === "T") return changeScheme;
  if (key === "Enter" && slide.matches(".vote")) return () => lockVotes(slide);
  if (/^[1-9]$/.test(key) && slide.matches(".vote")) return () => addVote(slide, Number(key) - 1);
  if (key === " ") {
    const play = slide.querySelector(".course-drawing button");
    if (play instanceof HTMLElement) return () => play.click();
  }
  if (!hasLab(slide)) return null;
  if (key === " ") return () => void trainOrStop(slide);
  return key === "r" || key === "R" ? () => void replay(slide) : null;
}

/** After a click the keys are the deck's again; a field for numbers keeps them while it is typed into. @param {Event} event */
function letGo(event) {
  const focused = document.activeElement;
  const byHand = event instanceof PointerEvent ? event.pointerType !== "" : focused?.matches(":not(:focus-visible)");
  if (byHand && focused instanceof HTMLElement && !focused.matches("input[type=number]")) focused.blur();
}
