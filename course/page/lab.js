// A lab that trains while it is watched. Loaded by anywidget: one link to the kernel, and a view wherever it is shown.
import { h, unique } from "./elements.js";
import { watchKernel } from "./host.js";
import { kernelOf } from "./kernel.js";
import { Link } from "./link.js";
import { View } from "./view.js";

/** @import { Model } from "./kernel.js" */

export default () => {
  /** @type {Promise<Link>} */
  let opened;
  return {
    /** @param {{ model: Model }} where */
    async initialize({ model }) {
      const link = new Link(kernelOf(model));
      opened = link.open().then(() => link);
      await opened;
      return () => link.close();
    },
    /** @param {{ model: Model, el: HTMLElement }} where */
    async render({ model, el }) {
      const link = await opened;
      const root = h("div");
      const name = unique("view");
      el.append(root);
      const view = new View(link, root);
      link.views.add(view);
      link.send({ do: "hello", view: name });
      const unwatch = watchKernel(root, model, (words) => link.requests.lose(words));
      return () => {
        unwatch();
        view.close();
        link.send({ do: "bye", view: name });
      };
    },
  };
};
