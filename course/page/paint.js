// All of a view as it is now.
import { paintTools } from "./bars.js";
import { outcomeOf } from "./card.js";
import { h } from "./elements.js";
import { paintCliff } from "./cliff.js";
import { paintCurves } from "./curves.js";
import { findingOf } from "./finding.js";
import { NOTES, paintGlyph } from "./glyph.js";
import { kindIn, knobOf } from "./roles.js";
import { paintStrip } from "./strip.js";
import { refill, tableOf } from "./table.js";
import { capital } from "./words.js";

/** @import { View } from "./view.js" */

const PULLED = "Pulled: nothing reaches this page by itself, so it asks the kernel for what is new.";

/** The controls, and the network that the depth slider is. @param {View} view */
export function paintControls({ declared, settings, parts, kinds, depth, note, root }) {
  const { controls, recorded } = declared;
  for (const { control, show } of parts) show(settings[control.name]);
  if (!kinds) return;
  const kind = kindIn(controls, settings);
  const family = kinds.families[kinds.options.indexOf(kind)];
  root.style.setProperty("--fillkind", `var(--k-${family})`);
  if (note) {
    note.textContent = NOTES[kind] ?? "";
    note.hidden = !NOTES[kind];
  }
  if (!depth) return;
  const knob = Number(settings[knobOf(controls, kind)?.name ?? ""] ?? 0.5);
  const layers = Number(settings[depth.control.name]);
  paintGlyph(root, depth, { kind, family, depth: layers, knob, recorded: recorded[kind] ?? [] });
}

/** Status, buttons, table and plot. @param {View} view */
export function paint(view) {
  const { el, requests, link, declared, tokens } = view;
  el.status.show(view.film?.status(view.settings) ?? requests.status);
  el.spare.hidden = !link.spare;
  el.film.disabled = !requests.idle || view.asking;
  el.train.setAttribute("aria-disabled", String(!requests.idle));
  el.stop.setAttribute("aria-disabled", String(requests.idle));
  retable(view);
  paintTools(view);
  if (!el.curves.clientWidth) return;
  paintCurves(view);
  if (view.film) paintCliff(view, view.film.whole(view.settings), view.film.shots(view.settings));
  else paintStrip(view);
  const smooth = `a running geometric mean over about ${tokens.chart.smooth_steps} steps`;
  el.foot.textContent =
    `${link.way === "pull" ? PULLED : declared.live} Curves are the loss of each batch, ${smooth}; the thin trace under the newest is unsmoothed. ` +
    "A finished run's training loss is the mean of its last epoch.";
}

/** Table and outcome are made anew where something has begun or ended; the focus stays. @param {View} view */
function retable(view) {
  const { el, requests, visible } = view;
  const answer = requests.state?.answer;
  const news = JSON.stringify([visible.map((run) => [run.id, run.status, run.touch.changes]), requests.busy, answer]);
  if (news === view.news) return;
  view.news = news;
  refill(el.table, tableOf(view), el.train);
  const recorded = visible.length > 0 && visible.every((run) => run.recorded);
  el.chip.hidden = !recorded;
  el.chip.replaceChildren(h("i", { "aria-hidden": "true" }), recorded ? capital(visible[0].state) : "");
  const finding = findingOf(visible);
  el.outcome.replaceChildren(
    answer?.text ? outcomeOf(answer.text, answer.measured) : "",
    finding && h("p", { class: "found" }, finding),
  );
}
