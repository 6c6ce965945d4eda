// A trained network some of whose layers are left out or swapped, in the words of course/labs/arrangement.py: the
// reader names layers, as depth counts them, from 1 on; a layer stands for its block.
import { capital, ranges } from "../words.js";
import { PIXELS } from "./digits.js";
import { KINDS } from "./mlp.js";
import { CLASSES, isOver } from "./told.js";

/** @import { Touch } from "../protocol.js" */
/** @import { LabRun } from "./told.js" */

const PLACE = "nothing can take its place";

/** The layers of each block that can be left out, the first and the last. @param {LabRun} run @returns {[number, number][]} */
export function blocksOf({ plan: { shape } }) {
  const per = KINDS[shape.kind].layers ?? 1;
  return Array.from({ length: (shape.depth - 2) / per }, (_, block) => [2 + block * per, 1 + (block + 1) * per]);
}

/** Why no layer can be left out or swapped; empty if one can. @param {LabRun} run */
export function untouchable(run) {
  const { number, status, recorded, kept } = run;
  if (recorded) return "a recording has no weights: train it to touch its layers";
  if (!isOver(run)) return `run ${number} still trains: its layers can be touched when it has finished`;
  if (status !== "finished")
    return `run ${number} has not finished (${status}): train it to its end to touch its layers`;
  if (!blocksOf(run).length)
    return `run ${number} has no layer that could be left out: between first and last none keeps its width`;
  return kept ? "" : `the weights of run ${number} gave place to newer ones: train it again to touch its layers`;
}

/** What can be done to the layers of a run, and what was. @param {LabRun} run @returns {Touch} */
export function touchOf(run) {
  const refused = untouchable(run);
  if (refused) return { refused: `${capital(refused)}.`, blocks: [], out: [], moved: [], changes: [] };
  const label = labelOf(run);
  const changes = run.changes.map((change) => ({ ...change, now: change.label === label }));
  return { refused: "", blocks: blocksOf(run), out: run.out, moved: movedIn(run), changes };
}

/** Leave layers out, put them back, or swap two. @param {LabRun} run @param {"leave_out" | "put_back" | "swap"} verb @param {number[]} layers */
export function touch(run, verb, layers) {
  const refused = untouchable(run);
  if (refused) throw new Error(refused);
  const named = layers.map((layer) => blockOf(run, layer));
  if (verb === "swap") {
    const [one, other] = named;
    if (one === other) throw new Error(`layers ${layers.join(" and ")} are one block: name two that differ`);
    run.order = run.order.map((block) => (block === one ? other : block === other ? one : block));
  } else if (verb === "leave_out") {
    run.out = [...new Set([...run.out, ...named])].sort((a, b) => a - b);
  } else {
    run.out = run.out.filter((block) => named.length && !named.includes(block));
    if (!named.length) run.order = wholeOf(run);
  }
}

/** Each block at its own place. @param {LabRun} run */
export const wholeOf = (run) => blocksOf(run).map((_, block) => block);

/** What was done, in words; empty for a whole network. @param {LabRun} run */
export function labelOf(run) {
  const blocks = blocksOf(run);
  const words = (/** @type {number} */ block) => ranges(layersOf(blocks[block]));
  const out = run.out.flatMap((block) => layersOf(blocks[block]));
  const without = out.length ? [`without ${out.length === 1 ? "layer" : "layers"} ${ranges(out)}`] : [];
  const swapped = cyclesIn(run).map((places) => {
    const here = places.map(words);
    if (places.length === 2) return `layers ${here[0]} and ${here[1]} swapped`;
    return `layers ${here.join(", ")} in the order ${places.map((place) => words(run.order[place])).join(", ")}`;
  });
  return [...without, ...swapped].join(", ");
}

/** (place, block) where another block stands than its own. @param {LabRun} run @returns {[number, number][]} */
const movedIn = ({ order }) =>
  order.flatMap((block, place) => (block === place ? [] : [/** @type {[number, number]} */ ([place, block])]));

/** The places between which blocks have moved, each group from its first place on. @param {LabRun} run */
function cyclesIn(run) {
  /** @type {number[][]} */
  const cycles = [];
  for (const [place] of movedIn(run)) {
    if (cycles.some((cycle) => cycle.includes(place))) continue;
    const cycle = [place];
    for (let block = run.order[place]; block !== place; block = run.order[block]) cycle.push(block);
    cycles.push(cycle.sort((a, b) => a - b));
  }
  return cycles;
}

/** @param {[number, number]} block */
const layersOf = ([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** @param {LabRun} run @param {number} layer */
function blockOf(run, layer) {
  const blocks = blocksOf(run);
  const found = blocks.findIndex(([first, last]) => first <= layer && layer <= last);
  if (found >= 0) return found;
  throw new Error(
    `${reasonOf(run, layer)}. Layers that can be left out or swapped: ${ranges(blocks.flatMap(layersOf))}`,
  );
}

/** @param {LabRun} run @param {number} layer */
function reasonOf({ plan: { shape } }, layer) {
  const { depth, width } = shape;
  if (layer < 1 || layer > depth) return `there is no layer ${layer}, only 1 to ${depth}`;
  return layer === 1
    ? `layer 1 turns the ${PIXELS} numbers of an image into ${width}: ${PLACE}`
    : `layer ${layer} makes the scores of the ${CLASSES} classes: ${PLACE}`;
}
