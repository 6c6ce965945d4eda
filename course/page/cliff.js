// Below a film: where each recording ends, by depth. What training can no longer do shows as a cliff.
import { fresh, disc, line, trace } from "./canvas.js";
import { decades } from "./axes.js";
import { h } from "./elements.js";
import { paintBorder } from "./strip.js";
import { number, tick } from "./words.js";

/** @import { Shot } from "./film.js" */
/** @import { View } from "./view.js" */

/** @param {View} view @param {Shot[][]} reels @param {Shot[]} shots the depths that are on the chart */
export function paintCliff(view, reels, shots) {
  const { el, frame, depth } = view;
  const { x0, x1, em, css, lines } = frame;
  const [g, , H] = fresh(el.strip);
  const reach = depth?.reach ?? 100;
  const [low, high] = decades(reels.flat().map((shot) => shot.loss ?? NaN));
  const X = (/** @type {number} */ layers) => x0 + ((layers - 1) / (reach - 1)) * (x1 - x0);
  const Y = (/** @type {number | null} */ loss) =>
    0.5 * em + (1 - (Math.log10(loss ?? NaN) - low) / (high - low)) * (H - em);
  paintBorder(view, g, H);
  const [here] = shots.slice(-1);
  g.strokeStyle = css("--ink");
  g.lineWidth = 1;
  line(g, X(here.depth), 0, X(here.depth), H);
  for (const reel of reels) {
    g.strokeStyle = g.fillStyle = css(`--k-${reel[reel.length - 1].family}`);
    g.lineWidth = reel === reels[reels.length - 1] ? lines.run : lines.ghost;
    trace(
      g,
      reel.length,
      (i) => X(reel[i].depth),
      (i) => Y(reel[i].loss),
    );
    for (const shot of reel) disc(g, X(shot.depth), Y(shot.loss), lines.run * (shots.includes(shot) ? 2.2 : 1));
  }
  el.stripTitle.replaceChildren(
    h("span", {}, "Training loss at the end of each recording, by depth"),
    h("span", { class: "hint" }, `${here.depth} layers`),
  );
  el.stripWords.replaceChildren(
    ...[high, (low + high) >> 1, low].map((power) =>
      h("span", { class: "yt", style: `top:${Y(10 ** power)}px` }, tick(power)),
    ),
    ...shots.map((shot) =>
      h(
        "div",
        { class: "dlab", style: `top:${Y(shot.loss)}px` },
        h("span", { class: "name" }, shot.label),
        h("b", {}, number(shot.loss)),
      ),
    ),
  );
}
