// What runs came to on the test images, in a sentence below the chart.
import { number } from "./words.js";

/** @import { Run } from "./runs.js" */

/** Of the runs that are over and looked at the test images while they trained, the best and the worst; "" unless they differ. @param {Run[]} runs */
export function findingOf(runs) {
  const ends = runs
    .filter((run) => run.over && run.data.tested)
    .map(({ name, data }) => ({ name, loss: data.testLoss ?? Infinity }))
    .sort((a, b) => a.loss - b.loss);
  const [low, high] = [ends.at(0), ends.at(-1)];
  if (!low || !high) return "";
  const [least, most] = [number(low.loss), number(high.loss)];
  return least === most ? "" : `Lowest test loss: ${least}, ${low.name}. Highest: ${most}, ${high.name}.`;
}
