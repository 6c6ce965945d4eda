// Labs in slides: the one on the slide that is shown is opened, by the host that the deck brings along for it.
import { openAlone } from "../page/alone.js";
import { computerOf } from "../page/computed/host.js";
import { h } from "../page/elements.js";
import { playerOf } from "../page/filmed.js";
import { Instant } from "../page/instant_view.js";
import { Link } from "../page/link.js";

/** @import { Alone, Computes, Filmed } from "../page/protocol.js" */

/** @type {Map<string, Promise<Link | Instant>>} */
const opened = new Map();

const SLIDER = ".dl-controls input[type=range]";

/** @param {string} id */
const readFrom = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "{}");

/** Puts the lab where its picture is, if the deck can train or compute it. @param {HTMLElement} slide */
export function openLab(slide) {
  /** @type {Partial<Alone & Computes & Filmed> | undefined} */
  const own = readFrom("labs")[slide.id];
  const place = slide.querySelector(".live");
  const still = slide.querySelector(".still");
  if (!own || opened.has(slide.id) || !(place instanceof HTMLElement) || !(still instanceof HTMLElement)) return;
  still.hidden = true;
  place.hidden = false;
  opened.set(slide.id, openWithoutHead(place, { ...readFrom("shared"), ...own }, own.recordings !== undefined));
}

/** The slide has its heading; and the recording that a lab opens with would answer what the room is asked. @param {Element} place @param {Alone & Computes & Filmed} told @param {boolean} runs whether it is a lab whose runs are kept */
async function openWithoutHead(place, told, runs) {
  const lab = runs ? await openAlone(place, told) : openInstant(place, told);
  if (lab instanceof Link) lab.requests.reset();
  place.querySelector(".dl")?.classList.add("nohead");
  return lab;
}

/** A lab whose films ship, or one that this page computes. @param {Element} place @param {Computes & Filmed} told */
function openInstant(place, told) {
  const root = h("div");
  place.append(root);
  return new Instant(told.films ? playerOf(told, true) : computerOf(told), told.declared, root);
}

/** Who trains and stops on a slide. @param {string} id */
async function trainerOn(id) {
  const lab = await opened.get(id);
  return lab instanceof Link ? lab.requests : lab;
}

/** What trains on a slide that was left stops; what it has stays. @param {HTMLElement | undefined} slide */
export async function restLab(slide) {
  (await trainerOn(slide?.id ?? ""))?.stop();
}

/** Train, or stop what trains. @param {HTMLElement} slide */
export async function trainOrStop(slide) {
  const trainer = await trainerOn(slide.id);
  if (trainer?.busy) trainer.stop();
  else trainer?.train();
}

/** The newest run once more, from its first step, as its controls stood. @param {HTMLElement} slide */
export async function replay(slide) {
  const lab = await opened.get(slide.id);
  if (!(lab instanceof Link)) {
    lab?.train();
    return;
  }
  const run = lab.runs.list.at(-1);
  if (!run || !lab.requests.idle) return;
  lab.requests.remove(run.number);
  lab.requests.train();
}

/** Whether there is something on the slide to train. @param {HTMLElement} slide */
export const hasLab = (slide) => opened.has(slide.id) && slide.matches("[data-trains]");

/** @type {WeakMap<Element, HTMLInputElement>} the slider of a slide that was moved last */
const touched = new WeakMap();

/** A slider has moved. @param {Event} event */
export function sliderMoved({ target }) {
  if (!(target instanceof HTMLInputElement) || !target.matches(SLIDER)) return;
  const slide = target.closest("section");
  if (slide) touched.set(slide, target);
}

/** The slider that was moved last, or the first one, goes so many of its steps on. @param {HTMLElement} slide @param {number} steps */
export function nudge(slide, steps) {
  const last = touched.get(slide);
  const first = [...slide.querySelectorAll(SLIDER)].find(isThere);
  const slider = last && isThere(last) ? last : first;
  if (!(slider instanceof HTMLInputElement)) return;
  slider.stepUp(steps);
  for (const event of ["input", "change"]) slider.dispatchEvent(new Event(event, { bubbles: true }));
}

/** @param {Element} slider */
const isThere = (slider) => !slider.matches(":disabled") && slider.checkVisibility();
