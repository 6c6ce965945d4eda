// What the runs came to, for whoever asks from outside: `courseLab.runs()` in the browser's console, or in a test.

/** @import { Change } from "./protocol.js" */
/** @import { Run, Runs } from "./runs.js" */
/**
 * A run as the page gives it away.
 * @typedef {object} Result
 * @property {string} kind
 * @property {number | null} depth
 * @property {number | null} rate
 * @property {number} seed
 * @property {"kernel" | "engine" | "recording"} host
 * @property {string} state
 * @property {number[]} losses of each step; of a recording, of those that were kept
 * @property {number | null} loss the training loss
 * @property {number | null} testAccuracy
 * @property {Omit<Change, "now">[]} changes rows of the table with layers left out or swapped: `test` is the test accuracy
 */
/** @typedef {{ labs: Set<Runs>, runs: () => Result[] }} Given those of all labs on the page, lab after lab */

const everybody = /** @type {{ courseLab?: Given }} */ (globalThis);

/** Each lab's widget has a copy of this module: what they share is the page's. Returns what withdraws them. @param {Runs} runs */
export function giveAway(runs) {
  everybody.courseLab ??= givenOf(new Set());
  const { labs } = everybody.courseLab;
  labs.add(runs);
  return () => void labs.delete(runs);
}

/** @param {Set<Runs>} labs @returns {Given} */
const givenOf = (labs) => ({ labs, runs: () => [...labs].flatMap(({ list }) => list.map(resultOf)) });

/** @param {Run} run @returns {Result} */
function resultOf({ kind, depth, rate, seed, host, status: state, data, loss, test: testAccuracy, touch }) {
  const changes = touch.changes.map(({ now: _, ...change }) => change);
  return { kind, depth, rate, seed, host, state, losses: [...data.loss], loss, testAccuracy, changes };
}
