// All slides at once, as a grid: reveal.js has a strip of three or four. A click or Enter opens one of them.

/** @import { Deck } from "./deck.js" */

const SHEET_WIDTH = 1920; // pixels of a slide

export const allShown = () => document.body.classList.contains("all");

/** All slides, or the one that is shown. */
export function showAll() {
  document.body.classList.toggle("all");
  fitAll();
}

/** As many of them side by side as below each other: each has the form of the screen. */
function fitAll() {
  const across = Math.ceil(Math.sqrt(document.querySelectorAll(".slides > section").length));
  const { style } = document.body;
  style.setProperty("--across", String(across));
  style.setProperty("--small", String((0.95 * document.documentElement.clientWidth) / across / SHEET_WIDTH));
}

/** @param {Deck} deck */
export function openOnClick(deck) {
  const sections = [...document.querySelectorAll(".slides > section")];
  addEventListener("resize", fitAll);
  document.addEventListener(
    "click",
    (event) => {
      if (!allShown()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const place = sections.findIndex((section) => lies(event, section.getBoundingClientRect()));
      if (place >= 0) deck.slide(place);
      showAll();
    },
    { capture: true },
  );
}

/** What reveal.js holds to be out of sight gets no click itself. @param {MouseEvent} event @param {DOMRect} place */
const lies = ({ clientX: x, clientY: y }, { left, right, top, bottom }) =>
  x >= left && x < right && y >= top && y < bottom;
