// A prediction that stands alone.
import { cardOf, coded, outcomeOf } from "./card.js";
import { h, unique } from "./elements.js";
import { followTheme, hidePicture, watchKernel } from "./host.js";

/** @import { Model } from "./kernel.js" */

export default {
  /** @param {{ model: Model, el: HTMLElement }} where */
  render({ model, el }) {
    const root = h("div", { class: "dl asked" });
    const uid = unique("q");
    el.append(root);
    const show = () => {
      const hosting = /** @type {Document | ShadowRoot} */ (root.getRootNode());
      const focused = root.contains(hosting.activeElement);
      const question = model.get("question");
      if (!model.get("done")) {
        root.replaceChildren(cardOf(uid, question, "Lock in", (chosen) => model.send({ do: "answer", chosen })));
        return;
      }
      root.replaceChildren(h("p", {}, coded(question.text)), outcomeOf(model.get("answer"), model.get("outcome")));
      if (focused) {
        root.tabIndex = -1;
        root.focus();
      }
    };
    model.on("change:done", show);
    const lost = h("p", { class: "status alert", role: "status" });
    const unwatch = watchKernel(root, model, (words) => {
      lost.textContent = words;
      root.append(lost);
    });
    const drops = [unwatch, followTheme(root, () => {}), hidePicture(root), () => model.off("change:done", show)];
    show();
    return () => {
      for (const drop of drops) drop();
    };
  },
};
