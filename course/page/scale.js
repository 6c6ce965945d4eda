// A slider's scale: from its positions to values and back.

/** @import { DeclaredNumber } from "./protocol.js" */

const FINE = 120; // positions of a slider whose values are not whole

/** @param {Pick<DeclaredNumber, "low" | "high" | "whole" | "log">} control */
export function scaleOf({ low, high, whole, log }) {
  const steps = whole && !log ? high - low : FINE;
  return {
    steps,
    /** @param {number} position */
    valueAt(position) {
      const share = position / steps;
      const value = log ? low * (high / low) ** share : low + (high - low) * share;
      return whole ? Math.round(value) : +value.toPrecision(2);
    },
    /** @param {number} value */
    positionOf(value) {
      const share = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
      return Math.round(steps * share);
    },
  };
}

/**
 * What was typed as a value of the control: what lies outside its range becomes the nearest that is allowed.
 * @param {DeclaredNumber} control
 * @param {string} typed
 */
export function allowed({ low, high, whole, default: usual }, typed) {
  const value = whole ? Math.round(+typed) : +typed;
  return Number.isFinite(value) && typed !== "" ? Math.min(high, Math.max(low, value)) : usual;
}
