// Labs in slides: the one on the slide that is shown is opened, by the host that the deck brings along for it.
import { openAlone } from "../page/alone.js";

/** @import { Link } from "../page/link.js" */
/** @import { Alone } from "../page/protocol.js" */

/** @type {Map<string, Promise<Link>>} */
const opened = new Map();

/** @param {string} id */
const readFrom = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "{}");

/** Puts the lab where its picture is, if the deck can train it. @param {HTMLElement} slide */
export function openLab(slide) {
  /** @type {Partial<Alone> | undefined} */
  const own = readFrom("labs")[slide.id];
  const place = slide.querySelector(".live");
  const still = slide.querySelector(".still");
  if (!own || opened.has(slide.id) || !(place instanceof HTMLElement) || !(still instanceof HTMLElement)) return;
  still.hidden = true;
  place.hidden = false;
  /** @type {Alone} */
  const alone = { ...readFrom("shared"), ...own };
  opened.set(slide.id, openWithoutHead(place, alone));
}

/** The slide has its heading; and the recording that a lab opens with would answer what the room is asked. @param {Element} place @param {Alone} alone */
async function openWithoutHead(place, alone) {
  const link = await openAlone(place, alone);
  link.requests.reset();
  place.querySelector(".dl")?.classList.add("nohead");
  return link;
}

/** What trains on a slide that was left stops; what it has stays. @param {HTMLElement | undefined} slide */
export async function restLab(slide) {
  (await opened.get(slide?.id ?? ""))?.requests.stop();
}

/** Train, or stop what trains. @param {HTMLElement} slide */
export async function trainOrStop(slide) {
  const requests = (await opened.get(slide.id))?.requests;
  if (requests?.busy) requests.stop();
  else requests?.train();
}

/** The newest run once more, from its first step, as its controls stood. @param {HTMLElement} slide */
export async function replay(slide) {
  const link = await opened.get(slide.id);
  const run = link?.runs.list.at(-1);
  if (!link || !run || !link.requests.idle) return;
  link.requests.remove(run.number);
  link.requests.train();
}

/** @param {HTMLElement} slide */
export const hasLab = (slide) => opened.has(slide.id);
