// The status line, and the region that reads it aloud: one symbol, then what happened: the number. What to do next.
import { h } from "./elements.js";

/** @import { Status } from "./protocol.js" */

/** What went wrong, on either kind of page. @param {string} text @returns {Status} */
export const alarm = (text) => ({ symbol: "!", text, alert: true, announce: text, offer: false });

/**
 * The line as elements, and how to fill it.
 * @param {HTMLElement} [offer] a button at its end, where the status makes an offer
 * @param {HTMLElement} [other] another one, which somebody else shows
 */
export function statusLine(offer, other) {
  const symbol = h("span", { class: "sym", "aria-hidden": "true" });
  const text = h("span");
  const line = h("p", { class: "status" }, symbol, h("span", {}, text, offer, other));
  const live = h("div", { class: "sr", role: "status", "aria-live": "polite" });
  return {
    element: h("div", { class: "dl-status" }, line, live),
    /** @param {Status} status */
    show(status) {
      symbol.textContent = status.symbol;
      symbol.hidden = !status.symbol;
      text.textContent = status.text;
      line.classList.toggle("alert", status.alert);
      if (offer) offer.hidden = !status.offer;
      if (status.announce && status.announce !== live.textContent) live.textContent = status.announce;
    },
  };
}
