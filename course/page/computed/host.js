// A worker of this page as the host of a lab whose views follow its controls. Where a browser forbids workers, the page
// shows the picture that came along.
import { bytesOf } from "../engine/digits.js";

/** @import { Computes, InstantState } from "../protocol.js" */
/** @import { InstantHost } from "../instant_view.js" */

const STILL_ONLY = "This browser does not let the page compute; this is a picture of its first setting.";

/** @param {Computes} computes what it needs @param {{ plays?: boolean, blank?: () => void }} how whether it trains by itself when it is opened; blank hears that there is not even a picture @returns {InstantHost} */
export function computerOf(computes, { plays = false, blank = () => {} } = {}) {
  /** @type {Worker | null} */
  let worker = null;
  let shown = false; // whether anything has been computed
  /** @type {(state: InstantState) => void} */
  let hear = () => {};
  const still = (error = STILL_ONLY) => {
    hear({ views: computes.still, summary: "", busy: false, plays: false, error });
    if (!computes.still.length) blank();
  };
  const { declared, places } = computes;
  const { name, live, trains } = declared;
  try {
    worker = new Worker(URL.createObjectURL(new Blob([computes.computer], { type: "text/javascript" })));
    worker.onmessage = (/** @type {MessageEvent<InstantState>} */ { data }) => {
      shown ||= data.views.length > 0;
      if (shown || !data.error) hear(data);
      else still(data.error);
    };
    worker.onerror = () => {
      worker = null;
      still();
    };
    const [kernels, images] = [computes.kernels, computes.images].map(bytesOf);
    worker.postMessage({ do: "open", name, plays: plays && trains, look: computes.look, places, kernels, images });
  } catch {
    worker = null;
  }
  return {
    live,
    computes: true,
    send: (said) => (worker ? worker.postMessage(said) : queueMicrotask(() => still())),
    listen(listener) {
      hear = listener;
      return () => worker?.terminate();
    },
  };
}
