// A page that trains by itself, from a file: what it needs stands in it as JSON, and a worker trains.
import { h, unique } from "./elements.js";
import { EngineLab } from "./engine/lab.js";
import { Link } from "./link.js";
import { View } from "./view.js";

/** @import { Alone } from "./protocol.js" */
/** @import { News } from "./engine/worker.js" */

const bytes = (/** @type {string} */ text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** The body takes the system's theme, and the lab takes the body's. */
function followSystem() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const take = () => document.body.classList.toggle("dark", dark.matches);
  dark.addEventListener("change", take);
  take();
}

/** A worker from a script that is no file of its own: one of its own would not load from a disk. @param {Alone} alone */
function workerOf(alone) {
  const address = URL.createObjectURL(new Blob([alone.worker], { type: "text/javascript" }));
  const worker = new Worker(address);
  worker.postMessage({ do: "open", kernels: bytes(alone.kernels), images: bytes(alone.images) });
  return worker;
}

/** The lab and who trains for it. A browser, or whoever serves the page, may forbid workers: then the lab says so. @param {Alone} alone */
function engineOf(alone) {
  const forbidden = "This browser does not let the page train: open it from a file, or in another browser.";
  try {
    const worker = workerOf(alone);
    const lab = new EngineLab(alone, worker);
    worker.onmessage = (/** @type {MessageEvent<News>} */ { data }) => lab.onNews(data);
    worker.onerror = () => lab.onError(forbidden);
    return lab;
  } catch {
    const lab = new EngineLab(alone, { postMessage: () => lab.onError(forbidden) });
    return lab;
  }
}

/** Lab, line and view. @param {Element} where @param {Alone} alone */
export async function openAlone(where, alone) {
  const lab = engineOf(alone);
  const link = new Link(lab);
  await link.open();
  const root = h("div");
  where.append(root);
  link.views.add(new View(link, root));
  link.send({ do: "hello", view: unique("view") });
  Object.assign(window, { courseLab: { runs: () => lab.results() } });
  return link;
}

const place = document.querySelector("main");
const told = document.querySelector("#course-lab")?.textContent;
if (place && told) {
  followSystem();
  openAlone(place, JSON.parse(told));
}
