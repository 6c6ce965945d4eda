// A deck: reveal.js turns the slides, KaTeX sets the formulas, labs train where they stand, the room votes.
import { fit } from "./fit.js";
import { keys } from "./keys.js";
import { openLab, restLab } from "./labs.js";
import { openOnClick } from "./overview.js";
import { followScheme } from "./scheme.js";
import { followHall, hallOf, hearCopies } from "./speaker.js";
import { openVotes } from "./votes.js";

/**
 * What is used of a deck of reveal.js.
 * @typedef {object} Deck
 * @property {() => Promise<void>} initialize
 * @property {() => void} next
 * @property {() => void} prev
 * @property {(place: number) => void} slide
 * @property {(code: number) => void} triggerKey
 * @property {() => HTMLElement} getCurrentSlide
 * @property {(event: "slidechanged" | "pdf-ready", hear: (event: { previousSlide?: HTMLElement }) => void) => void} on
 */
/**
 * What the vendored scripts leave on the page.
 * @typedef {object} Vendored
 * @property {new (options: object) => Deck} Reveal
 * @property {object} RevealNotes
 * @property {(root: Element, options: object) => void} renderMathInElement
 */

const SHEET = { width: 1920, height: 1080 };
const FORMULAS = [
  { left: "$$", right: "$$", display: true },
  { left: "$", right: "$", display: false },
];
const vendored = /** @type {Vendored} */ (/** @type {unknown} */ (window));
const printed = new URLSearchParams(location.search).has("print-pdf");

/** The lab on the slide that is shown opens; the one that was left rests. @param {Deck} deck */
function followLabs(deck) {
  if (printed) return;
  const open = () => openLab(deck.getCurrentSlide());
  deck.on("slidechanged", ({ previousSlide }) => {
    restLab(previousSlide);
    open();
  });
  open();
}

/** What the hall has, and a copy in the speaker's window has not. @param {Deck} deck */
function takeKeys(deck) {
  keys(deck);
  openOnClick(deck);
  hearCopies(deck);
  followLabs(deck);
}

async function show() {
  followScheme(printed);
  document.documentElement.classList.toggle("print-pdf", printed);
  vendored.renderMathInElement(document.body, {
    delimiters: FORMULAS,
    ignoredTags: ["script", "style", "pre", "code", "svg", "aside"],
  });
  for (const notes of document.querySelectorAll("aside.notes"))
    vendored.renderMathInElement(notes, { delimiters: FORMULAS, output: "mathml" }); // without KaTeX's rules there
  await document.fonts.ready;
  fit();
  document.body.classList.remove("measuring");
  const hall = hallOf();
  if (hall) followHall(hall);
  const deck = new vendored.Reveal({
    ...SHEET,
    margin: 0,
    minScale: 0.1,
    maxScale: 4,
    center: false,
    controls: false,
    hash: true,
    transition: "none",
    backgroundTransition: "none",
    slideNumber: "c/t",
    scrollActivationWidth: null,
    overview: false,
    defaultTiming: document.querySelector("[data-timing]") && 0, // so that the speaker's clock tells what was planned
    plugins: [vendored.RevealNotes],
  });
  const laidOut = new Promise((done) => deck.on("pdf-ready", done));
  await deck.initialize();
  if (printed) await laidOut;
  Object.assign(window, { Reveal: deck });
  openVotes();
  if (!hall) takeKeys(deck);
  document.documentElement.dataset.ready = "";
}

show();
