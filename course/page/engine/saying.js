// What a lab that trains in this page says of itself in its status line: as course/page/status.py.
import { capital, number, percent, rate } from "../words.js";
import { CLASSES, isOver, leaderOf, stepsOf } from "./told.js";
import { labelOf } from "./touching.js";

/** @import { Alone, Status } from "../protocol.js" */
/** @import { LabRun } from "./told.js" */

/** @param {string} symbol @param {string} text @param {string} [announce] what the live region hears @returns {Status} */
export const stated = (symbol, text, announce = "") => ({
  symbol,
  text,
  announce,
  alert: symbol === "!" && announce !== "",
  offer: false,
});
/** What went wrong. @param {string} text */
export const alarmed = (text) => stated("!", text, text);

/** What Train would train. @param {string} what @param {number | null} chosen @param {number | null} known the rule's rate */
export function ready(what, chosen, known) {
  const found = chosen ?? known;
  const byRule = chosen === null ? ", by the rule" : "";
  const said = found === null ? "the rule looks for a rate while you watch" : `rate ${rate(found)}${byRule}`;
  return stated("○", `Ready: ${what}, ${said}. It trains in this page.`);
}

/** What a page plays that cannot train. @param {string} what @param {boolean} known */
export const playable = (what, known) =>
  known
    ? stated("○", `Ready: ${what}. Its recording is played back.`)
    : stated("○", `Nothing is recorded for ${what} with these settings. Choose a depth that is marked on the slider.`);

/** While the rule looks, and while a run trains. @param {LabRun} run @param {string} name @param {string} notice */
export function underWay(run, name, notice) {
  const said = `Training ${name} in this page.`;
  if (run.status === "searching") {
    const leader = leaderOf(run);
    const tried = `The rule tries rates for ${name}`;
    if (!leader) return stated("◌", `${tried}.`, said);
    const leads = `of ${run.trials.length}, ${rate(leader.rate)} leads with loss ${number(leader.smooth)}`;
    return stated("◌", `${tried}: ${leads}.`, said);
  }
  const step = run.own.records.at(-1)?.step;
  if (step === undefined) return stated("▸", said, said);
  const noticed = notice ? ` ${capital(notice)}.` : "";
  return stated("▸", `${said} Step ${step} of ${stepsOf(run)}, loss ${number(run.own.smooth)}.${noticed}`, said);
}

const TESTED = 360; // images
/** @param {string} words @param {Record<string, string | number>} values */
const filled = (words, values) => words.replace(/\{(\w+)\}/g, (_, key) => String(values[key]));

/** What became of a run. @param {LabRun} run @param {string} name @param {Alone} alone */
export function ended(run, name, { endings, guessing }) {
  const { own } = run;
  const last = own.records.at(-1);
  /** @type {string} */
  let ending = run.recorded ? "recorded" : run.status;
  if (ending === "finished" && own.final >= guessing * Math.log(CLASSES)) ending = "learned nothing";
  if (ending === "stopped" && !last) ending = "stopped before";
  const [symbol, words] = endings[ending];
  /** @type {Record<string, string | number>} */
  const values = {
    name,
    step: last?.step ?? 0,
    error: run.error,
    smooth: number(own.smooth),
    last: number(last?.loss),
    loss: number(run.status === "diverged" ? Infinity : own.final),
    test: percent(own.test),
    guessing: number(Math.log(CLASSES)),
  };
  const ladder = run.end ? ` The rule chose rate ${rate(own.rate)} (${run.end} of the ladder).` : "";
  const said = capital(filled(words, values)) + ladder;
  return { ...stated(symbol, said, said), alert: symbol === "!" || symbol === "×" };
}

/** What a network does as it is arranged now. @param {LabRun} run @param {string} name @param {Alone} alone */
export function altered(run, name, { endings }) {
  const label = labelOf(run);
  const change = run.changes.find((one) => one.label === label);
  if (label && !change) return stated("◌", `Measuring ${name} ${label}.`);
  const [symbol, words] = endings[change ? "changed" : "put back"];
  /** @type {Record<string, string | number>} */
  const values = {
    name,
    change: label,
    error: percent(1 - (change?.test ?? NaN)),
    whole: percent(1 - (run.own.test ?? NaN)),
    count: TESTED,
  };
  const said = capital(filled(words, values));
  return stated(symbol, said, said);
}

/** What the status line says of a lab. @param {LabRun} run @param {string} name @param {string} notice @param {Alone} alone */
export const saidOf = (run, name, notice, alone) =>
  isOver(run) ? ended(run, name, alone) : underWay(run, name, notice);
