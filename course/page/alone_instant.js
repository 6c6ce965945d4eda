// A page that computes by itself, from a file, or plays what was recorded: what it needs stands in it.
import { computerOf } from "./computed/host.js";
import { h } from "./elements.js";
import { playerOf } from "./filmed.js";
import { Instant } from "./instant_view.js";
import { followSystem, toldInFile } from "./system.js";

/** @import { Computes, Filmed } from "./protocol.js" */

/** @type {Computes & Filmed | null} */
const instant = toldInFile();
if (instant?.computer || instant?.films) {
  const root = h("div");
  document.querySelector("main")?.append(root);
  followSystem();
  new Instant(instant.films ? playerOf(instant) : computerOf(instant, { plays: true }), instant.declared, root);
}
