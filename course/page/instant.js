// A lab whose views follow its controls, loaded by anywidget. The kernel computes; where it is gone, or never was, as in
// an export, the page does, if it can.
import { computerOf } from "./computed/host.js";
import { h } from "./elements.js";
import { GONE, hidePicture, watchKernel } from "./host.js";
import { Instant } from "./instant_view.js";
import { isExport, spareOf } from "./kernel.js";

/** @import { Model } from "./kernel.js" */
/** @import { InstantState } from "./protocol.js" */
/** @import { InstantHost } from "./instant_view.js" */

/** @param {Model} model @returns {InstantHost} */
const kernelAt = (model) => ({
  live: "",
  send: (said) => model.send(said),
  listen(hear) {
    const listener = (/** @type {InstantState} */ state) => hear(state);
    model.on("msg:custom", listener);
    return () => model.off("msg:custom", listener);
  },
});

export default {
  /** @param {{ model: Model, el: HTMLElement }} where */
  async render({ model, el }) {
    const root = h("div");
    el.append(root);
    const computes = await spareOf(model);
    const exported = computes !== null && (await isExport(model, "engine"));
    const lab = new Instant(exported ? computerOf(computes) : kernelAt(model), model.get("declaration"), root);
    const unwatch = watchKernel(root, model, (words) => {
      if (lab.host.live) return;
      const spare = words === GONE && computes ? () => lab.moveTo(computerOf(computes)) : null;
      lab.lose(words, spare);
    });
    const unhide = hidePicture(root);
    return () => {
      unwatch();
      unhide();
      lab.close();
    };
  },
};
