// A page that trains by itself, from a file: what it needs stands in it, and a worker trains.
import { h, unique } from "./elements.js";
import { engineOf } from "./engine/engine.js";
import { Film } from "./film.js";
import { Link } from "./link.js";
import { followSystem, toldInFile } from "./system.js";
import { View } from "./view.js";

/** @import { Alone } from "./protocol.js" */

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

const trained = toldInFile();
if (trained?.recordings) {
  followSystem();
  openAlone(document.querySelector("main") ?? document.body, trained);
}
