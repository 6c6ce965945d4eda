// The worker of a lab whose views follow its controls: it hears what the page says and answers with what is to be seen,
// as course/page/instant.py does in the kernel. While it trains it looks for what the page says between two frames.
import { digitsOf, unpacked } from "../engine/digits.js";
import { rowOf } from "../views/row.js";
import { COMPUTED } from "./frames.js";

/** @import { Kernels } from "../engine/tape.js" */
/** @import { InstantSaid, InstantState } from "../protocol.js" */
/** @import { Frame } from "../views/figures.js" */
/** @import { Look } from "../protocol.js" */
/** @import { Frames, Tools } from "./frames.js" */
/** @typedef {{ do: "open", name: string, plays: boolean, look: Look, places: number[], kernels: Uint8Array<ArrayBuffer>, images: Uint8Array<ArrayBuffer> }} Opening */

const BETWEEN_LOOKS = 30; // ms of training
const NO_KERNELS = "This browser does not let the page train: open it from a file, or in another browser.";

class Computer {
  settings = "";
  /** @type {ReturnType<Frames> | null} */ frames = null;
  /** @type {(() => Frame) | null} */ frame = null;
  busy = false;
  error = ""; // why training ended early

  /** @param {Frames} made @param {boolean} plays whether it trains by itself, once @param {Look} look @param {Tools} tools @param {number[]} places of the views that are shown */
  constructor(made, plays, look, tools, places) {
    this.made = made;
    this.plays = plays;
    this.look = look;
    this.tools = tools;
    this.places = places;
  }
  /** @param {InstantSaid} said @returns {InstantState} */
  hear({ do: verb, settings, theme, width }) {
    try {
      const asked = JSON.stringify(settings);
      const begins = verb === "train" || verb === "play";
      this.plays = this.plays && !begins && ["", asked].includes(this.settings);
      if (begins || asked !== this.settings) this.#begin(settings, asked);
      this.busy = (this.busy || begins) && verb !== "stop";
      if (begins) this.#train();
      const { views, summary } = this.frame?.() ?? { views: [], summary: "" };
      const shown = this.places.length ? this.places.map((place) => views[place]) : views;
      return { views: rowOf(shown, width, this.look, theme), summary, busy: this.busy, plays: this.plays, error: this.error };
    } catch (problem) {
      return { views: [], summary: "", busy: false, plays: false, error: wordsIn(problem) };
    }
  }
  /** @param {InstantSaid["settings"]} settings @param {string} asked */
  #begin(settings, asked) {
    this.busy = false;
    this.error = "";
    this.settings = asked;
    this.frames = this.made(settings, this.tools);
    this.frame = this.frames.next().value ?? null;
  }
  async #train() {
    const { frames } = this;
    while (frames && this.busy && frames === this.frames) {
      try {
        this.#advance(frames);
      } catch (problem) {
        this.busy = false;
        this.error = wordsIn(problem);
      }
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
  /** Frame after frame for a moment. @param {ReturnType<Frames>} frames */
  #advance(frames) {
    const began = performance.now();
    while (this.busy && performance.now() - began < BETWEEN_LOOKS) {
      const next = frames.next();
      if (next.done) this.busy = false;
      else this.frame = next.value;
    }
  }
}

/** @param {unknown} problem */
const wordsIn = (problem) => (problem instanceof Error ? problem.message : String(problem));

/** A browser may not even have the name. @param {Uint8Array<ArrayBuffer>} kernels */
const compiled = async (kernels) => WebAssembly.compile(kernels);

/** @param {Opening} opening */
async function computerFrom({ name, plays, look, places, kernels, images }) {
  const module = await compiled(kernels).catch(() => null);
  const tools = {
    digits: digitsOf(await unpacked(images)),
    kernels() {
      if (!module) throw new Error(NO_KERNELS);
      return /** @type {Kernels} */ (/** @type {unknown} */ (new WebAssembly.Instance(module).exports));
    },
  };
  return new Computer(COMPUTED[name], plays, look, tools, places);
}

/** @type {Promise<Computer>} */
let computer;
addEventListener("message", async (/** @type {MessageEvent<Opening | InstantSaid>} */ { data }) => {
  if (data.do === "open") computer = computerFrom(data);
  else postMessage((await computer).hear(data));
});
