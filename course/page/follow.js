// What a view follows: the host's theme, its own size, the pointer, the keys, the printer.
import { followBars } from "./bars.js";
import { followTheme, hidePicture, takeSpace } from "./host.js";
import { paint, paintControls } from "./paint.js";

/** @import { View } from "./view.js" */

const END = 1000; // the cursor at rest
const PAPER = "640px"; // fits between the margins of A4 and of Letter

/** Returns what ends it. @param {View} view */
export function follow(view) {
  const { root } = view;
  const sizes = new ResizeObserver(() => view.sync());
  sizes.observe(root);
  followCursor(view);
  followBars(view);
  takeSpace(root, view.lecture, view.requests);
  const theme = followTheme(root, (theme) => {
    view.theme = theme;
    view.sync();
  });
  return [() => sizes.disconnect(), theme, hidePicture(root), followPrinter(view)];
}

/** On paper stands the last frame, drawn for its width: words over a canvas cannot follow it there. @param {View} view */
function followPrinter(view) {
  const resize = (/** @type {string} */ width) => {
    view.root.style.width = width;
    paintControls(view);
    paint(view);
  };
  const before = () => {
    view.link.finish();
    resize(PAPER);
  };
  const after = () => resize("");
  addEventListener("beforeprint", before);
  addEventListener("afterprint", after);
  return () => {
    removeEventListener("beforeprint", before);
    removeEventListener("afterprint", after);
  };
}

/** Pointer or arrow keys read values along the curves; the labels at the right show them. @param {View} view */
function followCursor(view) {
  const { cursor, chart, stripPane } = view.el;
  cursor.addEventListener("input", () => view.read(+cursor.value >= END ? null : +cursor.value / END));
  cursor.addEventListener("blur", () => {
    cursor.value = String(END);
    view.read(null);
  });
  for (const pane of [chart, stripPane]) {
    pane.addEventListener("pointermove", (event) => {
      const { x0, x1 } = view.frame;
      const share = (event.clientX - pane.getBoundingClientRect().left - x0) / (x1 - x0);
      view.read(share >= 0 && share < 1 ? share : null);
    });
    pane.addEventListener("pointerleave", () => view.read(null));
  }
}
