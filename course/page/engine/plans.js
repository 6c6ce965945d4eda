// What each lab trains with its settings, and how a run is called: as its class in course/labs/ says it.
import { kindIn, kindsIn } from "../roles.js";
import { nearestDepth } from "./mlp.js";

/** @import { DeclaredControl, Setting, Settings } from "../protocol.js" */
/** @import { Shape } from "./mlp.js" */
/** @import { Recipe, Schedule } from "./training.js" */
/**
 * A run to come.
 * @typedef {object} Plan
 * @property {string} label
 * @property {string} family whose colour it takes; empty for its number's
 * @property {number} asked the depth that was asked for
 * @property {Shape & { width: number, batch: number, seed: number }} shape
 * @property {Omit<Recipe, "rate" | "seed">} recipe
 * @property {number | null} rate null for the rule's
 * @property {number} images to train on
 * @property {"gradients" | "gates" | "alive" | null} panel
 */
/** @typedef {(settings: Settings, controls: DeclaredControl[]) => Plan} Planner */

const IMAGES = 1437;
const BATCH = 64;
const TESTS = 20; // looks at the test images in a run of the dropout lab
const chosenIn = (/** @type {Setting} */ value) => (typeof value === "number" ? value : null);

/** @type {Planner} course/labs/depth.py */
function depthPlan(settings, controls) {
  const kind = kindIn(controls, settings);
  const kinds = kindsIn(controls);
  const place = kinds?.options.indexOf(kind) ?? 0;
  const asked = Number(settings.depth);
  const depth = nearestDepth(kind, asked);
  return {
    label: `${kinds?.labels[place]} ${depth}`,
    family: kinds?.families[place] ?? "other",
    asked,
    shape: {
      kind,
      depth,
      seed: Number(settings.seed),
      width: Number(settings.width),
      batch: BATCH,
      gateBias: chosenIn(settings.gate_bias),
      survival: Number(settings.survival_probability),
    },
    recipe: { epochs: Number(settings.epochs) },
    rate: chosenIn(settings.learning_rate),
    images: IMAGES,
    panel: panelOf(kind, depth),
  };
}

/** Gates of a highway network, which blocks of one with stochastic depth computed, else gradients. @param {string} kind @param {number} depth */
function panelOf(kind, depth) {
  if (depth > 2 && kind === "stochastic_depth") return "alive";
  return depth > 2 && kind === "highway" ? "gates" : "gradients";
}

/** @type {Planner} course/labs/sgd.py */
function sgdPlan(settings, controls) {
  const named = controls.filter(({ role, name, default: start }) => role === "rate" || settings[name] !== start);
  const depth = 4;
  return {
    label: named.map((control) => `${control.short || control.name} ${inPython(control, settings)}`).join(", "),
    family: "",
    asked: depth,
    shape: { kind: "plain", depth, width: 50, batch: Number(settings.batch_size), seed: Number(settings.seed) },
    recipe: {
      epochs: Number(settings.epochs),
      momentum: Number(settings.momentum),
      decay: Number(settings.weight_decay),
      schedule: /** @type {Schedule} */ (settings.schedule),
    },
    rate: Number(settings.learning_rate),
    images: IMAGES,
    panel: "gradients",
  };
}

/** @type {Planner} course/labs/dropout.py */
function dropoutPlan(settings) {
  const [images, epochs, dropped] = [settings.images, settings.epochs, settings.drop_probability].map(Number);
  const depth = 3;
  return {
    label: `dropout ${+dropped.toPrecision(6)}`,
    family: "",
    asked: depth,
    shape: {
      kind: "plain",
      depth,
      width: Number(settings.width),
      batch: Math.min(BATCH, images),
      seed: Number(settings.seed),
      dropped,
    },
    recipe: { epochs, every: Math.max(1, Math.floor(epochs / TESTS)) },
    rate: Number(settings.learning_rate),
    images,
    panel: null,
  };
}

/** A setting as Python writes it. @param {DeclaredControl} control @param {Settings} settings */
function inPython(control, settings) {
  const value = settings[control.name];
  return control.type === "number" && !control.whole && Number.isInteger(value) ? `${value}.0` : String(value);
}

/** By the lab's name. @type {Record<string, Planner>} */
export const PLANS = { depth: depthPlan, sgd: sgdPlan, dropout: dropoutPlan };
