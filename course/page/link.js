// The line to whoever trains, kept once for all views of a lab: what goes there, what comes from there.
import { Requests } from "./requests.js";
import { giveAway } from "./results.js";
import { Runs } from "./runs.js";

/** @import { Film } from "./film.js" */
/** @import { Guess } from "./guess.js" */
/** @import { Answered, Declared, Said, LabState } from "./protocol.js" */
/** @import { View } from "./view.js" */
/**
 * Whoever trains: the kernel behind a widget (kernel.js), or the engine in this page (engine/lab.js).
 * @typedef {object} Host
 * @property {Declared} declared
 * @property {(said: Said) => void} send
 * @property {(listener: Listener) => Promise<void>} open
 */
/**
 * Who hears the host: each message is answered, and states come with their numbers.
 * @typedef {object} Listener
 * @property {(answered: Answered) => unknown} answered
 * @property {(state: LabState, numbers: DataView) => unknown} told
 */

const SILENCE = 1500; // ms without a message before the page asks itself
const PULL = 170; // ms between an answer and the next question
const ACKNOWLEDGE = 10; // messages
const UPDATE = 100; // ms between two pictures of a recording that plays

/** It lives as long as the lab, whatever cells show it. */
export class Link {
  runs = new Runs();
  /** @type {Set<View>} */ views = new Set();
  heard = 0; // when, as performance.now()
  /** @type {"live" | "pull"} */ way = "live";
  /** @type {ReturnType<typeof setInterval> | undefined} */ player = undefined;
  withdraw = () => {}; // its runs from `courseLab`
  /** @type {(() => void) | null} has this page train, where the kernel is gone */ spare = null;
  /** @type {Film | null} of its recordings */ film = null;
  /** @type {Guess | null} what the reader expects */ guess = null;

  /** @param {Host} host */
  constructor(host) {
    this.host = host;
    this.declared = host.declared;
    this.requests = this.#requestsOf();
  }
  #requestsOf() {
    return new Requests(
      this.declared,
      (said) => this.send(said),
      () => this.show(),
    );
  }
  async open() {
    await this.#listen();
    this.withdraw = giveAway(this.runs);
    this.watch = setInterval(() => {
      if (!this.requests.idle && performance.now() - this.heard > SILENCE) this.pull();
    }, SILENCE / 3);
  }
  /** From now on another host trains, and the old one is no longer heard; the runs stay. @param {Host} host */
  async moveTo(host) {
    this.host = host;
    this.declared = host.declared;
    this.requests = this.#requestsOf();
    this.way = "live";
    await this.#listen();
  }
  async #listen() {
    const { host } = this;
    await host.open({
      answered: (answered) => this.host === host && this.requests.onAnswered(answered),
      told: (state, numbers) => this.host === host && this.take(state, numbers),
    });
  }
  close() {
    clearInterval(this.watch);
    clearInterval(this.player);
    this.withdraw();
  }
  /** @param {Said} said */
  send(said) {
    this.host.send(said);
  }
  pull() {
    this.way = "pull";
    this.heard = performance.now();
    this.send({ do: "pull" });
  }
  /** @param {LabState} state @param {DataView} bytes */
  take(state, bytes) {
    this.heard = performance.now();
    if (this.runs.take(state, bytes)) this.send({ do: "ask" });
    else if (state.count % ACKNOWLEDGE === 0) this.send({ do: "ack" });
    if (state.way === "pushed") this.way = "live";
    if (state.way === "pulled" && state.busy) setTimeout(() => this.pull(), PULL);
    this.requests.onState(state);
    if (this.runs.playing) this.play();
  }
  /** Play recordings to their end; at once where motion is unwelcome. */
  play() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.finish();
      return;
    }
    this.player ??= setInterval(() => {
      this.runs.play(UPDATE / 1000);
      if (!this.runs.playing) this.finish();
      this.show();
    }, UPDATE);
  }
  /** All that was recorded, whatever still plays. */
  finish() {
    this.runs.play(Infinity);
    clearInterval(this.player);
    this.player = undefined;
  }
  show() {
    for (const view of this.views) view.hear();
  }
}
