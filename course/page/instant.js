// A lab whose views follow its controls, loaded by anywidget. The kernel computes; where it is gone, or never was, as in
// an export, the page does, if it can, or plays what was recorded.
import { computerOf } from "./computed/host.js";
import { h } from "./elements.js";
import { playerOf } from "./filmed.js";
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
    const spare = await spareOf(model);
    const exported = spare !== null && (await isExport(model, "engine"));
    const declared = model.get("declaration");
    const unhide = hidePicture(root);
    const how = exported ? { plays: !declared.asking, blank: unhide } : {};
    const byItself = () => (spare.films ? playerOf(spare, exported && declared.asking) : computerOf(spare, how));
    const lab = new Instant(exported ? byItself() : kernelAt(model), declared, root);
    const unwatch = watchKernel(root, model, (words) => {
      if (lab.host.live) return;
      const offer = spare?.films ? "Play the recording" : "Compute in this page";
      lab.lose(words, words === GONE && spare ? () => lab.moveTo(byItself()) : null, offer);
    });
    return () => {
      unwatch();
      unhide();
      lab.close();
    };
  },
};
