// Where the kernel is gone, or never was, as in an export: the page trains what it can, with what is on the chart.
import { engineOf } from "./engine/engine.js";

/** @import { Link } from "./link.js" */
/** @import { Alone, RunState } from "./protocol.js" */
/** @import { Run } from "./runs.js" */

const DIGITS = "This page has the digits alone, and trains on them.";

const WEIGHTS = "The weights of this run were in the kernel, which is gone. Train it to touch its layers.";

/** @param {Link} link @param {Alone} alone what the page needs for it */
export async function takeOver(link, alone) {
  const { declared, requests, runs } = link;
  const settings = { ...alone.declared.settings };
  for (const name of Object.keys(settings)) settings[name] = requests.settings[name] ?? settings[name];
  const { title, lecture, question } = declared;
  const lab = engineOf({ ...alone, declared: { ...alone.declared, title, lecture, question, settings } });
  lab.answer = { done: !requests.asking, text: requests.state?.answer?.text ?? null };
  lab.keep(runs.list.filter((run) => !run.recorded).map(guestOf));
  await link.moveTo(lab);
  if (requests.settings.data && requests.settings.data !== "digits") link.requests.notice = DIGITS;
}

/** A run of the kernel, of which nothing more will come. @param {Run} run @returns {RunState} */
function guestOf({ data, trials: _, broke: __, ...told }) {
  const { over, status, state, name, series } = told;
  const own = { ...series[0], leads: false, start: data.rows, stop: data.rows, strips: undefined };
  const ended = over ? state : `interrupted at step ${data.steps.at(-1) ?? 0}`;
  return {
    ...told,
    over: true,
    status: over ? status : "interrupted",
    state: `${ended}, in the kernel`,
    name: `${name}, kernel`,
    series: [own],
    touch: { ...told.touch, refused: WEIGHTS, blocks: [], out: [], moved: [] },
  };
}
