// What was recorded and ships with the course: runs of the rule, to be played back where nothing trains, or before
// anything has.
import { unpacked } from "./digits.js";
import { Trained, even } from "./told.js";

/** @import { Recorded, Settings } from "../protocol.js" */
/** @import { Plan } from "./plans.js" */
/** @import { LabRun } from "./told.js" */

/** @param {number[]} differences @returns {number[]} the numbers themselves */
const summed = (differences) => {
  let sum = 0;
  return differences.map((difference) => {
    sum += difference;
    return sum;
  });
};

/** All recordings. @param {Uint8Array<ArrayBuffer>} packed @returns {Promise<Recorded[]>} */
export const recordingsOf = async (packed) => JSON.parse(await unpacked(packed));

/** The curve of a recording, evaluations where they were made. @param {Recorded} recorded @param {number} smooth steps over which curves are smoothed @param {number} perEpoch steps */
export function curveOf({ rate, steps, losses, accuracies, milliseconds, evaluated }, smooth, perEpoch) {
  const curve = new Trained(rate, smooth);
  const at = summed(steps);
  const times = summed(milliseconds);
  const trained = at.length - evaluated.length;
  const drawn = new Set(even(at.slice(0, trained)));
  const places = [...at.keys()].sort((one, other) => at[one] - at[other]);
  for (const i of places) {
    const step = at[i];
    const split = evaluated[i - at.length + evaluated.length] ?? "train";
    const epoch = Math.ceil(step / perEpoch);
    const record = { step, epoch, split, loss: losses[i], accuracy: accuracies[i], seconds: times[i] / 1000 };
    curve.add(record, i >= trained || drawn.has(i));
  }
  return curve;
}

/** Of a grid; at depth 2 all kinds are one network. @param {Recorded[]} recordings @param {string} kind @param {number} depth */
export const recordingFor = (recordings, kind, depth) =>
  recordings.find((one) => one.kind === (depth > 2 ? kind : "plain") && one.depth === depth);

/** Whether all settings are the same. @param {Settings} one @param {Settings} other */
export const sameSettings = (one, other) => Object.entries(other).every(([name, value]) => one[name] === value);

/** What a recording says of a run with this plan. @param {Recorded} recorded @param {Plan} plan @param {number} smooth steps over which curves are smoothed @returns {Pick<LabRun, "plan" | "family" | "label" | "perEpoch" | "panel" | "status" | "recorded" | "end" | "own">} */
export function playedAs(recorded, plan, smooth) {
  const perEpoch = Math.floor(plan.images / plan.shape.batch);
  return {
    plan,
    label: plan.label,
    perEpoch,
    family: recorded.kind === plan.shape.kind ? plan.family : "plain",
    panel: null,
    status: "finished",
    recorded: recorded.date,
    end: recorded.end,
    own: curveOf(recorded, smooth, perEpoch),
  };
}
