// The labs whose views follow their controls, computed in the page: as their classes in course/labs/ compute them.
import { batchNorm } from "./batch_norm.js";
import { capacity } from "./capacity.js";
import { gradientsAlong } from "./gradients.js";
import { identity } from "./identity.js";
import { init } from "./init.js";
import { neuron } from "./neuron.js";

/** @import { Digits } from "../engine/digits.js" */
/** @import { Kernels } from "../engine/tape.js" */
/** @import { Settings } from "../protocol.js" */
/** @import { Frame } from "../views/figures.js" */
/** @typedef {{ kernels: () => Kernels, digits: Digits }} Tools a fresh instance of the kernels, and the images */
/** @typedef {(settings: Settings, tools: Tools) => Generator<() => Frame>} Frames what is to be seen as training goes on, made where it is looked at */

/** By the lab's name. @type {Record<string, Frames>} */
export const COMPUTED = {
  neuron,
  capacity,
  init,
  identity,
  "batch norm": batchNorm,
  gradients: gradientsAlong,
};
