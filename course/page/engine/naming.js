// What tells the runs of a lab apart, in words: as course/labs/naming.py.
import { rate } from "../words.js";
import { kindIn } from "../roles.js";

/** @import { DeclaredControl, Settings } from "../protocol.js" */
/** @typedef {[string, string][]} Parts (word, value) */
/** @typedef {{ number: number, label: string, settings: Settings, searching: boolean, rate: number }} Named */

/** Each setting that may tell two runs apart, a kind's own first; kind and depth are in the label already. @param {Named} run @param {DeclaredControl[]} controls @returns {Parts} */
export function partsOf(run, controls) {
  const { settings, searching } = run;
  /** @type {Parts} */
  const parts = [];
  const rank = (/** @type {DeclaredControl} */ control) => (control.type === "number" && control.only_for ? 0 : 1);
  for (const control of [...controls].sort((one, other) => rank(one) - rank(other))) {
    const value = settings[control.name];
    const told = ["kind", "depth", "network"].includes(control.role);
    const onlyFor = control.type === "number" ? control.only_for : "";
    if (told || (onlyFor && onlyFor !== kindIn(controls, settings))) continue;
    if (control.small && value === control.default) continue;
    const chosen = control.role === "rate" && !searching;
    parts.push([settingWord(control), chosen ? rate(run.rate) : textOf(control, value)]);
  }
  return parts;
}

/** What the end of a curve calls it. @param {DeclaredControl} control */
const settingWord = (control) => control.short || control.label.toLowerCase();

/** @param {DeclaredControl} control @param {import("../protocol.js").Setting} value */
function textOf(control, value) {
  if (control.type === "options") return control.labels[control.options.indexOf(String(value))];
  return typeof value === "number" ? rate(value) : (control.type === "number" && control.automatic) || "";
}

/**
 * What the end of each curve says: only what tells it from the others. Without networks that is the first setting in which
 * any differ, and which others are not as the lab starts.
 * @param {Named[]} runs
 * @param {DeclaredControl[]} controls
 * @param {boolean} networks whether runs are called after their networks, else after their settings
 */
export function namesOf(runs, controls, networks) {
  const parts = runs.map((run) => partsOf(run, controls));
  const start = new Map(controls.map((control) => [settingWord(control), textOf(control, control.default)]));
  if (!networks) return runs.map((run, i) => differingIn(parts[i], parts, start) || `run ${run.number}`);
  return runs.map((run, i) => {
    const twins = parts.filter((_, j) => runs[j].label === run.label);
    const differing = differingIn(parts[i], twins);
    if (twins.length === runs.length && differing) return differing;
    return [run.label, differing].filter(Boolean).join(", ");
  });
}

/** The settings in which one differs from another. @param {Parts} mine @param {Parts[]} all @param {Map<string, string>} [start] the values that are not said but in the first of them */
const differingIn = (mine, all, start) =>
  mine
    .filter(([word, value]) => all.some((other) => (other.find(([its]) => its === word)?.[1] ?? "") !== value))
    .filter(([word, value], place) => place === 0 || start?.get(word) !== value)
    .map(([word, value]) => `${word} ${value}`)
    .join(", ");
