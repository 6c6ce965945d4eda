// A lab that trains while it is watched. Loaded by anywidget: one link to the kernel, and a view wherever it is shown.
import { h, unique } from "./elements.js";
import { Film } from "./film.js";
import { GONE, watchKernel } from "./host.js";
import { isExport, kernelOf, spareOf } from "./kernel.js";
import { Link } from "./link.js";
import { takeOver } from "./takeover.js";
import { View } from "./view.js";

/** @import { Model } from "./kernel.js" */
/** @import { Alone } from "./protocol.js" */

/** The link to the kernel, and what the page needs where that is gone; an export begins without one. @param {Model} model */
async function openedFor(model) {
  const link = new Link(kernelOf(model));
  const [alone, exported] = await Promise.all([spareOf(model), isExport(model, "curves"), link.open()]);
  link.film = Film.of(alone);
  if (alone && exported) await takeOver(link, alone);
  return { link, alone };
}

/** This page trains, and every view is made anew for it. @param {Link} link @param {Alone} alone */
async function replaceKernel(link, alone) {
  if (!link.spare) return;
  link.spare = null;
  await takeOver(link, alone);
  for (const view of [...link.views]) {
    view.close();
    link.views.add(new View(link, view.root));
  }
  link.send({ do: "hello" });
}

export default () => {
  /** @type {ReturnType<typeof openedFor>} */
  let opened;
  return {
    /** @param {{ model: Model }} where */
    async initialize({ model }) {
      opened = openedFor(model);
      const { link } = await opened;
      return () => link.close();
    },
    /** @param {{ model: Model, el: HTMLElement }} where */
    async render({ model, el }) {
      const { link, alone } = await opened;
      const root = h("div");
      const name = unique("view");
      el.append(root);
      link.views.add(new View(link, root));
      link.send({ do: "hello", view: name });
      const unwatch = watchKernel(root, model, (words) => {
        if (link.declared.host !== "kernel") return;
        link.spare = words === GONE && alone ? () => replaceKernel(link, alone) : null;
        link.requests.lose(words);
      });
      return () => {
        unwatch();
        for (const view of link.views) if (view.root === root) view.close();
        link.send({ do: "bye", view: name });
      };
    },
  };
};
