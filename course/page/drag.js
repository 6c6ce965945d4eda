// What a reader takes by hand on a picture: a ring that two controls follow. Keys have the controls themselves.
import { allowed, scaleOf } from "./scale.js";

/** @import { Instant } from "./instant_view.js" */
/** @import { DeclaredNumber } from "./protocol.js" */
/** @typedef {{ names: string[], placeOf: (event: PointerEvent) => number[] }} Held */

/** The pictures are drawn anew on the way: whoever holds on is the element around them. @param {Instant} lab @param {HTMLElement} views */
export function letDrag(lab, views) {
  /** @type {Held | null} */
  let held = null;
  views.addEventListener("pointerdown", (event) => {
    const ring = event.target instanceof Element ? event.target.closest("[data-handle]") : null;
    if (!(ring instanceof SVGElement) || !ring.ownerSVGElement) return;
    event.preventDefault(); // nothing is marked as text
    views.setPointerCapture(event.pointerId);
    held = heldBy(ring, ring.ownerSVGElement);
  });
  views.addEventListener("pointermove", (event) => {
    if (!held || !views.hasPointerCapture(event.pointerId)) return;
    const place = held.placeOf(event);
    for (const [i, name] of held.names.entries()) lab.move(name, near(lab, name, place[i]));
  });
  views.addEventListener("lostpointercapture", () => {
    held = null;
    lab.settle();
  });
  // the page does not scroll under a finger that holds the ring: within a picture Chromium heeds no touch-action
  views.addEventListener("touchstart", (event) => held && event.preventDefault(), { passive: false });
}

/** A ring as it is taken: words above the picture that grow by a line on the way do not move the hand. @param {SVGElement} ring @param {SVGSVGElement} picture @returns {Held} */
function heldBy({ dataset: { handle = "", plane = "" } }, picture) {
  const [x, y, across, up] = plane.split(" ").map(Number); // the origin in pixels of the picture, and the length of a unit
  const { left, top, width } = picture.getBoundingClientRect();
  const size = Number(picture.getAttribute("width")) / width; // it grows with the text in a hall
  const placeOf = (/** @type {PointerEvent} */ { clientX, clientY }) => [
    ((clientX - left) * size - x) / across,
    (y - (clientY - top) * size) / up,
  ];
  return { names: handle.split(" "), placeOf };
}

/** The place of a control's slider that lies nearest. @param {Instant} lab @param {string} name @param {number} value */
function near(lab, name, value) {
  const control = /** @type {DeclaredNumber} */ (lab.declared.controls.find((one) => one.name === name));
  const scale = scaleOf(control);
  return scale.valueAt(scale.positionOf(Number(allowed(control, String(value)))));
}
