// A page that trains by itself, from a file: what it needs stands in it as JSON, and a worker trains.
import { computerOf } from "./computed/host.js";
import { h, unique } from "./elements.js";
import { engineOf } from "./engine/engine.js";
import { Film } from "./film.js";
import { playerOf } from "./filmed.js";
import { Instant } from "./instant_view.js";
import { Link } from "./link.js";
import { View } from "./view.js";

/** @import { Alone, Computes, Filmed } from "./protocol.js" */

/** The body takes the system's theme, and the lab takes the body's. */
function followSystem() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const take = () => document.body.classList.toggle("dark", dark.matches);
  dark.addEventListener("change", take);
  take();
}

/** Lab, line and view. @param {Element} where @param {Alone} alone */
export async function openAlone(where, alone) {
  const link = new Link(engineOf(alone));
  link.film = Film.of(alone);
  await link.open();
  const root = h("div");
  where.append(root);
  link.views.add(new View(link, root));
  link.send({ do: "hello", view: unique("view") });
  return link;
}

/** A lab whose views follow its controls. @param {Element} where @param {Computes} computes */
export function openComputed(where, computes) {
  const root = h("div");
  where.append(root);
  return new Instant(computerOf(computes), computes.declared, root);
}

/** A lab whose films ship. @param {Element} where @param {Filmed} filmed */
export function openFilmed(where, filmed) {
  const root = h("div");
  where.append(root);
  return new Instant(playerOf(filmed), filmed.declared, root);
}

const place = document.querySelector("main");
const told = document.querySelector("#course-lab")?.textContent;
if (place && told) {
  followSystem();
  const lab = JSON.parse(told);
  if (lab.computer) openComputed(place, lab);
  else if (lab.films) openFilmed(place, lab);
  else openAlone(place, lab);
}
