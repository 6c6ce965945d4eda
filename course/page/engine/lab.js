// The depth lab as a host in the page itself: it hears what its page says, has the worker train, and tells what came of
// it. To the page it is what the kernel is (course/page/kernel.py with course/labs/lab.py behind it).
import { gateBiasForDepth } from "./mlp.js";
import { namesOf, partsOf } from "./naming.js";
import { PLANS } from "./plans.js";
import { bytesOf } from "./digits.js";
import { sameSettings, playedAs, recordingFor, recordingsOf } from "./recording.js";
import { alarmed, altered, playable, ready, saidOf, stated } from "./saying.js";
import { Feed, Trained, factsOf, isOver, measuredBy } from "./told.js";
import { labelOf, touch, touchOf, wholeOf } from "./touching.js";
import { rate } from "../words.js";

/** @import { Listener } from "../link.js" */
/** @import { Alone, LabState, Recorded, RunState, Said, Settings, Status } from "../protocol.js" */
/** @import { LabRun } from "./told.js" */
/** @import { Job, News, Order } from "./worker.js" */

const FORBIDDEN = "This browser does not let the page train: open it from a file, or in another browser.";
const UNREADABLE = "This browser is too old: it cannot read what the page holds.";
const UNRECORDED = "Nothing is recorded for these settings: choose a marked depth, the rate by the rule, and seed 0.";

export class EngineLab {
  /** @type {LabRun[]} */ runs = [];
  /** @type {RunState[]} of the kernel that trained here before */ guests = [];
  feed = new Feed();
  count = 0;
  ids = 0;
  moved = false; // since the last start a control was moved
  notice = ""; // where the last start differs from what was asked
  error = ""; // why nothing was trained
  /** @type {LabRun | null} whose layers were touched last, as long as nothing else has happened */ touched = null;
  /** @type {{ done: boolean, text: string | null }} */ answer = { done: false, text: null };
  /** @type {Listener | null} */ listener = null;
  /** @type {Recorded[]} */ recordings = [];
  /** @type {LabRun[]} the recordings that it opens with, as long as nothing takes their place */ opening = [];

  /** @param {Alone} alone @param {{ postMessage: (order: Order) => void }} worker */
  constructor(alone, worker) {
    this.alone = alone;
    this.worker = worker;
    this.declared = alone.declared;
    this.settings = alone.declared.settings;
  }

  // ── as a host ──

  /** @param {Listener} listener */
  async open(listener) {
    this.listener = listener;
    try {
      this.recordings = await recordingsOf(bytesOf(this.alone.recordings));
      if (!this.declared.asking && !this.guests.length) this.#openWith();
    } catch {
      this.error ||= UNREADABLE;
    }
  }
  /** What another host has trained stays on the chart. @param {RunState[]} guests */
  keep(guests) {
    this.guests = guests;
    this.ids = Math.max(0, ...guests.map((run) => run.id));
    if (guests.length) this.opening = [];
  }
  /** From now on recordings are played back: nothing may train here. */
  playBack() {
    Object.assign(this.declared, { host: "recording", live: this.alone.played });
    for (const run of this.runs) if (!isOver(run)) Object.assign(run, { status: "failed", error: FORBIDDEN });
    this.tell();
  }
  /** Heard in its turn, as from anywhere else. @param {Said} said */
  send(said) {
    queueMicrotask(() => {
      let error = "";
      try {
        this.#hear(said);
      } catch (problem) {
        error = problem instanceof Error ? problem.message : String(problem);
      }
      this.listener?.answered({ done: said.do, error });
      this.tell();
    });
  }

  // ── what the page says ──

  /** @param {Said} said */
  #hear({ do: verb, settings, number, chosen, layers }) {
    if (settings) {
      this.settings = settings;
      this.moved = verb === "set" && !this.busy;
    }
    if (verb === "recorded" || (verb === "train" && this.playsBack)) this.#show();
    else if (verb === "train") this.#train();
    else if (verb === "stop") this.worker.postMessage({ do: "stop" });
    else if (verb === "reset") this.#reset();
    else if (verb === "remove") this.#remove(number ?? 0);
    else if (verb === "leave_out" || verb === "put_back" || verb === "swap") this.#touch(verb, number, layers ?? []);
    else if (verb === "answer") this.#answer(chosen ?? null);
    else if (verb === "ask") this.feed = new Feed();
  }
  #train() {
    this.#makeRoom();
    const run = this.#prepared();
    this.runs = [...this.runs, run];
    this.worker.postMessage({ do: "train", job: this.#jobOf(run) });
  }
  /** Put the recording of the settings on the chart. */
  #show() {
    this.#makeRoom();
    const found = this.#recorded();
    if (!found) throw new Error(UNRECORDED);
    this.runs = [...this.runs, this.#played(found, this.settings)];
  }
  #makeRoom() {
    if (this.asking) throw new Error("Answer the question first, or skip it.");
    if (this.busy) throw new Error("A run is under way: stop it first.");
    const most = this.declared.tokens.chart.max_runs;
    if (this.runs.length + this.guests.length >= most)
      throw new Error(`${most} runs are on the chart: remove one to train another`);
    this.error = "";
    this.touched = null;
    const room = most - this.runs.length - this.guests.length - 1;
    const declared = this.recordings.some((one) => one.settings !== null);
    const stay = declared ? this.opening.filter((run) => !sameSettings(run.settings, this.settings)) : [];
    this.opening = stay.slice(0, room);
  }
  #reset() {
    this.opening = [];
    this.touched = null;
    this.worker.postMessage({ do: "stop" });
    this.runs = [];
    this.guests = [];
    this.error = "";
    this.moved = false;
  }
  /** @param {number} number */
  #remove(number) {
    const shown = this.opening.length;
    this.opening = this.opening.filter((run) => run.number !== number);
    if (this.opening.length < shown) return;
    const { length } = this.guests;
    this.guests = this.guests.filter((run) => run.number !== number);
    if (this.guests.length < length) return;
    const found = this.runs.find((run) => run.number === number);
    if (!found) throw new Error(`there is no run ${number}`);
    if (!isOver(found)) throw new Error(`run ${number} is under way: stop it first`);
    this.runs = this.runs.filter((run) => run !== found);
    this.touched = null;
    this.moved = false;
  }
  /** @param {"leave_out" | "put_back" | "swap"} verb @param {number | undefined} number @param {number[]} layers */
  #touch(verb, number, layers) {
    const guest = this.guests.find((run) => run.number === number);
    if (guest) throw new Error(guest.touch.refused);
    const run = this.#shown.find((one) => one.number === number);
    if (!run) throw new Error(`there is no run ${number}`);
    touch(run, verb, layers);
    this.touched = run;
    this.moved = false;
    const label = labelOf(run);
    if (!label || run.changes.some((change) => change.label === label)) return;
    const order = run.order.filter((block) => !run.out.includes(block));
    this.worker.postMessage({ do: "arrange", arrangement: { id: run.id, label, order } });
  }
  /** @param {number | null} chosen */
  #answer(chosen) {
    this.answer = { done: true, text: chosen === null ? null : (this.declared.question?.options[chosen] ?? null) };
  }

  // ── what comes of it ──

  /** What is new of the run under way; what still comes of one that was taken away is dropped. @param {News} news */
  onNews({ id, records, columns, ending, chosen, end = null, error = "", change, kept }) {
    if (kept) for (const one of this.runs) if (isOver(one)) one.kept = one.id === id || kept.includes(one.id);
    const run = this.runs.find((one) => one.id === id);
    if (!run) return;
    for (const [rate, record] of records) this.#curveAt(run, rate).add(record);
    const own = run.trials.find((trial) => trial.rate === chosen);
    if (own) Object.assign(run, { own, trials: [] });
    run.own.columns.push(...columns);
    if (change && !run.changes.some(({ label }) => label === change.label)) run.changes.push(change);
    if (ending) Object.assign(run, { status: ending, end, error, trials: [] });
    this.tell();
  }
  /** Nothing can be trained here. @param {string} problem */
  onError(problem) {
    this.error = problem;
    for (const run of this.runs) if (!isOver(run)) Object.assign(run, { status: "failed", error: problem });
    this.tell();
  }

  /** @param {LabRun} run @param {number} rate */
  #curveAt(run, rate) {
    if (run.status === "running") return run.own;
    const known = run.trials.find((trial) => trial.rate === rate);
    if (known) return known;
    const trial = this.#curve(rate);
    run.trials.push(trial);
    return trial;
  }
  /** @param {number} rate */
  #curve(rate) {
    return new Trained(rate, this.declared.tokens.chart.smooth_steps);
  }

  // ── a run ──

  get busy() {
    return this.runs.some((run) => !isOver(run));
  }
  get asking() {
    return this.declared.question !== null && !this.answer.done;
  }

  /** The recordings that the lab opened with, where no question is open, and the runs since. */
  get #shown() {
    return this.asking ? this.runs : [...this.opening, ...this.runs];
  }
  get playsBack() {
    return this.declared.host === "recording";
  }

  /** What Train would train. */
  get #next() {
    return this.#planOf(this.settings);
  }
  /** @param {Settings} settings */
  #planOf(settings) {
    return PLANS[this.declared.name](settings, this.declared.controls);
  }

  /** The rule's recorded rate, and a line where it is another depth's. @returns {[number | null, string]} */
  #recordedRate() {
    const { kind, depth } = this.#next.shape;
    const found = this.#asRecorded ? (this.alone.rates[kind] ?? {}) : {};
    if (depth in found) return [found[depth], ""];
    const nearest = Math.max(...Object.keys(found).map(Number));
    if (!(depth > nearest && nearest > 0)) return [null, ""];
    return [
      found[nearest],
      `rate ${rate(found[nearest])}, which the rule chose at depth ${nearest}; nobody searched at ${depth}`,
    ];
  }

  /** Whether all but kind, depth, rate and seed is as in the recordings. */
  get #asRecorded() {
    return sameSettings(this.settings, this.alone.recorded_as);
  }
  /** Open with the recording of the settings, and before it all others of a lab without a grid. */
  #openWith() {
    const now = this.#recorded();
    if (!now) return;
    const others = this.recordings.filter(({ settings }) => settings && !sameSettings(settings, this.settings));
    for (const one of [...others, now]) this.opening.push(this.#played(one, one.settings ?? this.settings));
  }
  /** The recording of the settings, if there is one. @returns {Recorded | undefined} */
  #recorded() {
    const { rate, shape } = this.#next;
    const found = this.recordings.find(({ settings }) => settings && sameSettings(this.settings, settings));
    if (found || !this.declared.named) return found;
    const inGrid = recordingFor(this.recordings, shape.kind, shape.depth);
    const same = this.#asRecorded && shape.seed === 0 && (rate ?? inGrid?.rate) === inGrid?.rate;
    return same ? inGrid : undefined;
  }
  /** A recording as a run. @param {Recorded} recorded @param {Settings} settings @returns {LabRun} */
  #played(recorded, settings) {
    const made = this.#made(recorded.rate, settings);
    const played = playedAs(recorded, made.plan, this.declared.tokens.chart.smooth_steps);
    return { ...made, ...played, family: played.family || made.family };
  }
  #prepared() {
    const { rate } = this.#next;
    const [known, notice] = rate === null ? this.#recordedRate() : [rate, ""];
    this.notice = notice;
    return this.#made(known, this.settings);
  }
  /** A run with the smallest number that is free. @param {number | null} rate null: the rule looks for it @param {Settings} settings @returns {LabRun} */
  #made(rate, settings) {
    const plan = this.#planOf(settings);
    let number = 1;
    while ([...this.guests, ...this.opening, ...this.runs].some((run) => run.number === number)) number += 1;
    this.ids += 1;
    /** @type {LabRun} */
    const made = {
      id: this.ids,
      number,
      plan,
      family: plan.family || this.alone.families[number - 1],
      label: plan.label,
      settings,
      perEpoch: Math.floor(plan.images / plan.shape.batch),
      panel: plan.panel && this.alone.panels[plan.panel],
      status: rate === null ? "searching" : "running",
      recorded: "",
      error: "",
      end: null,
      order: [],
      out: [],
      changes: [],
      kept: true,
      own: this.#curve(rate ?? NaN),
      trials: [],
    };
    made.order = wholeOf(made);
    return made;
  }
  /** @param {LabRun} run @returns {Job} */
  #jobOf({ id, plan: { shape, recipe, images, panel }, status, own }) {
    return { id, shape, recipe, images, rate: status === "searching" ? null : own.rate, panel };
  }

  // ── what the page is told ──

  tell() {
    /** @type {number[]} */
    const numbers = [];
    const { controls } = this.declared;
    const shown = this.#shown;
    const named = shown.map(({ number, label, settings, status, own }) => ({
      number,
      label,
      settings,
      searching: status === "searching",
      rate: own.rate,
    }));
    const names = namesOf(named, controls, this.declared.named);
    const { depth } = this.#next.shape;
    /** @type {LabState} */
    const state = {
      count: this.count,
      way: "pushed",
      busy: this.busy,
      error: this.error,
      status: this.#status(shown, names),
      automatic: this.declared.named
        ? { learning_rate: this.#recordedRate()[0], gate_bias: depth > 2 ? gateBiasForDepth(depth - 2) : null }
        : {},
      runs: [
        ...this.guests,
        ...shown.map((run, i) => ({
          ...factsOf(run, partsOf(named[i], controls)),
          name: names[i],
          touch: touchOf(run),
          series: this.feed.seriesOf(run, numbers),
        })),
      ],
    };
    if (this.declared.question) state.answer = { ...this.answer, measured: this.busy ? "" : measuredBy(this.runs) };
    this.count += 1;
    this.listener?.told(state, new DataView(Float32Array.from(numbers).buffer));
  }

  /** @param {LabRun[]} shown @param {string[]} names @returns {Status} */
  #status(shown, names) {
    const run = this.runs.at(-1);
    const touched = this.busy ? null : this.touched;
    const name = names[touched ? shown.indexOf(touched) : names.length - 1] ?? "";
    if (this.asking) return stated("?", "Predict first. The curves appear after your answer.");
    if (this.error) return alarmed(this.error);
    const { named, title } = this.declared;
    if (run && !(this.moved && !this.busy)) {
      const latest = touched ?? run;
      const called = named ? name : `run ${latest.number}, ${latest.label}`;
      return touched ? altered(touched, called, this.alone) : saidOf(run, called, this.notice, this.alone);
    }
    const { label, asked, shape, rate } = this.#next;
    const what = !named ? title : shape.depth === asked ? label : `${label} (there is no depth ${asked})`;
    if (this.playsBack) return playable(what, this.#recorded() !== undefined);
    return ready(what, rate, this.#recordedRate()[0]);
  }
}
