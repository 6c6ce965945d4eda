// The engine started: a lab, and the worker that trains for it. A browser, or whoever serves the page, may forbid
// workers or WebAssembly: then the lab plays back what was recorded.
import { bytesOf } from "./digits.js";
import { EngineLab } from "./lab.js";

/** @import { Alone } from "../protocol.js" */
/** @import { News } from "./worker.js" */

/** A worker from a script that is no file of its own: one of its own would not load from a disk. @param {Alone} alone */
function workerOf(alone) {
  const address = URL.createObjectURL(new Blob([alone.worker], { type: "text/javascript" }));
  const worker = new Worker(address);
  worker.postMessage({ do: "open", kernels: bytesOf(alone.kernels), images: bytesOf(alone.images) });
  return worker;
}

/** @param {Alone} alone */
export function engineOf(alone) {
  /** @type {Worker | null} */
  let worker = null;
  const lab = new EngineLab(alone, { postMessage: (order) => worker?.postMessage(order) });
  try {
    worker = workerOf(alone);
    worker.onmessage = (/** @type {MessageEvent<News | "forbidden">} */ { data }) =>
      data === "forbidden" ? lab.playBack() : lab.onNews(data);
    worker.onerror = () => lab.playBack();
  } catch {
    lab.playBack();
  }
  return lab;
}
