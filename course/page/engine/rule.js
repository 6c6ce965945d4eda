// The course's rule for learning rates, as course/training/rates.py has it, with its trials in turns on one network.
import { Run } from "./training.js";

/** @import { Data, Recipe, Record } from "./training.js" */
/** @import { Tape } from "./tape.js" */
/** @typedef {"top" | "bottom" | null} End where the winner stands on the ladder */

export const LADDER = Array.from({ length: 13 }, (_, k) => 2 ** -k);
/** After this share of the epochs so many rates go on. @type {[number, number][]} */
const RUNGS = [
  [1 / 3, 6],
  [2 / 3, 4],
];
const ADDED = 2; // rates at an end of the ladder where the winner stands

/** The epochs after which rates are left out, and how many go on. @param {number} epochs */
export const rungs = (epochs) => RUNGS.map(([share, count]) => [Math.max(1, Math.round(share * epochs)), count]);

/**
 * All rates train for a third of the epochs, the best six for another third, the best four of these to the end; the
 * lowest training loss wins. Where the winner stands at an end of the ladder, two rates beyond it compete, once.
 * Yields each trial's records; an epoch at a time, in turns. Returns the winner; of what there is, once it is stopped.
 * @param {Tape} net
 * @param {Data} data
 * @param {Omit<Recipe, "rate">} recipe
 * @param {() => boolean} stopped
 * @returns {Generator<[Run, Record], { winner: Run, end: End }>}
 */
export function* search(net, data, recipe, stopped = () => false) {
  const start = net.save();
  /** @param {number[]} rates */
  const trialsAt = (rates) =>
    rates.map((rate) => {
      const run = new Run(net, data, { ...recipe, rate });
      run.saved = start;
      return run;
    });
  let finalists = trialsAt(LADDER);
  for (const [epoch, count] of rungs(recipe.epochs)) {
    yield* inTurns(finalists, epoch, stopped);
    finalists = ranked(finalists).slice(0, count);
  }
  yield* inTurns(finalists, recipe.epochs, stopped);
  const ladder = [...LADDER];
  const end = endOf(ranked(finalists)[0], ladder);
  if (end && !stopped()) {
    const added = trialsAt(beyond(ladder, end));
    ladder.push(...added.map((run) => run.recipe.rate));
    yield* inTurns(added, recipe.epochs, stopped);
    finalists.push(...added);
  }
  const [winner] = ranked(finalists);
  return { winner, end: endOf(winner, ladder) };
}

/** @param {Run[]} runs @param {number} epochs @param {() => boolean} stopped @returns {Generator<[Run, Record]>} */
function* inTurns(runs, epochs, stopped) {
  for (let epoch = 1; epoch <= epochs; epoch++)
    for (const run of runs) {
      if (run.over || run.epoch >= epoch) continue;
      run.resume();
      for (const record of run.advance(epoch)) {
        if (stopped()) return;
        yield [run, record];
      }
      run.pause();
    }
}

/** By training loss; of equals the larger rate comes first, but the smallest if all diverged. @param {Run[]} runs */
export const ranked = (runs) =>
  [...runs].sort((a, b) => {
    if (a.loss !== b.loss) return a.loss - b.loss;
    return a.loss === Infinity ? a.recipe.rate - b.recipe.rate : b.recipe.rate - a.recipe.rate;
  });

/** @param {Run} run @param {number[]} ladder @returns {End} */
function endOf({ recipe: { rate } }, ladder) {
  if (rate === Math.max(...ladder)) return "top";
  return rate === Math.min(...ladder) ? "bottom" : null;
}

/** @param {number[]} ladder @param {"top" | "bottom"} end */
const beyond = (ladder, end) =>
  Array.from({ length: ADDED }, (_, k) => (end === "top" ? 2 ** (k + 1) : Math.min(...ladder) / 2 ** (k + 1)));
