// The recordings as a film: the depth slider runs through them, and highway is laid over what is chosen.
import { bytesOf } from "./engine/digits.js";
import { PLANS } from "./engine/plans.js";
import { playedAs, recordingFor, recordingsOf } from "./engine/recording.js";
import { factsOf } from "./engine/told.js";
import { kindIn } from "./roles.js";
import { Curve } from "./runs.js";
import { number, rate } from "./words.js";

/** @import { Alone, Recorded, Settings, Status } from "./protocol.js" */
/** @import { Run } from "./runs.js" */
/** @typedef {Run & { depth: number }} Shot a recording, whole */

/** Of a lab whose recordings go by depth. */
export class Film {
  /** @type {Map<string, Shot[]>} by kind, from the least deep on */ reels = new Map();
  /** @type {Recorded[]} */ recordings = [];
  /** @type {Shot[]} the same as long as they do not change */ last = [];

  /** @param {Alone} alone */
  constructor(alone) {
    this.alone = alone;
  }
  /** The film, or null where this lab has none or this browser cannot read it. @param {Alone | null} alone */
  static of(alone) {
    const goes = alone?.declared.controls.some((control) => control.role === "depth");
    return alone && goes && "DecompressionStream" in window ? new Film(alone) : null;
  }
  /** Read the recordings, once: nobody waits for them who does not want the film. */
  async open() {
    if (!this.ready) this.recordings = await recordingsOf(bytesOf(this.alone.recordings));
  }
  get ready() {
    return this.recordings.length > 0;
  }
  /** The recordings to be shown at these settings, the chosen kind's last: of each kind the depth that lies nearest. @param {Settings} settings */
  shots(settings) {
    const { kinds, depth } = this.#asked(settings);
    const found = kinds.map((kind) => nearest(this.reel(kind), depth));
    if (found.some((shot, i) => shot !== this.last[i])) this.last = found;
    return this.last;
  }
  /** All recordings of the same kinds: the frame of the chart holds them all, and stands still. @param {Settings} settings */
  whole(settings) {
    return this.#asked(settings).kinds.map((kind) => this.reel(kind));
  }
  /** What is to be seen, and what is not. @param {Settings} settings @returns {Status} */
  status(settings) {
    const shots = this.shots(settings);
    const { depth } = this.#asked(settings);
    const seen = [...shots].reverse().map((shot) => `${shot.label}: ${number(shot.loss)}`);
    const near = shots.every((shot) => shot.depth === depth) ? "" : ` Nearest to ${depth} that was recorded.`;
    const { width, epochs } = this.alone.recorded_as;
    const how = `${width} units a layer, ${epochs} epochs, rates by the rule`;
    const text = `Film of recordings. Training loss of ${seen.join(", ")}.${near} (${how}.)`;
    return { symbol: "◎", text, alert: false, announce: text, offer: false };
  }
  /** @param {Settings} settings */
  #asked(settings) {
    const kind = kindIn(this.alone.declared.controls, settings);
    return { kinds: [kind === "highway" ? "plain" : "highway", kind], depth: Number(settings.depth) };
  }
  /** The recordings of a kind, from the least deep on. @param {string} kind */
  reel(kind) {
    const known = this.reels.get(kind);
    if (known) return known;
    const { declared } = this.alone;
    const reel = (declared.recorded[kind] ?? []).flatMap((depth) => {
      const recorded = recordingFor(this.recordings, kind, depth);
      const plan = PLANS[declared.name](
        { ...declared.settings, ...this.alone.recorded_as, kind, depth },
        declared.controls,
      );
      return recorded ? [shotOf(playedAs(recorded, plan, declared.tokens.chart.smooth_steps), recorded.rate)] : [];
    });
    this.reels.set(kind, reel);
    return reel;
  }
}

const MADE = { error: "", trials: [], order: [], out: [], changes: [], kept: false };
/** @param {ReturnType<typeof playedAs>} played @param {number} chosen by the rule @returns {Shot} */
function shotOf(played, chosen) {
  const { kind, depth } = played.plan.shape;
  const slot = kind === "highway" ? 2 : 1; // it is never laid over itself
  const id = -(2 * depth + slot); // no run's
  const facts = factsOf({ ...played, id, number: slot, settings: {}, ...MADE }, [["rate", rate(chosen)]]);
  const data = new Curve();
  for (const row of played.own.rows) data.add(/** @type {any} */ (row));
  return { ...facts, depth, data, trials: [] };
}

/** The shot whose depth lies nearest, the less deep one of two. @param {Shot[]} reel @param {number} depth */
const nearest = (reel, depth) =>
  reel.reduce((best, shot) => (Math.abs(shot.depth - depth) < Math.abs(best.depth - depth) ? shot : best));
