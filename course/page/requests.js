// What the reader has asked for, and how far it was heard. It decides nothing: what the lab does, its state says.
import { alarm } from "./status.js";
import { inTurns } from "./turns.js";

/** @import { Answered, Declared, Said, Setting, LabState, Status } from "./protocol.js" */

const PATIENCE = 1000; // ms until the page says that nobody has heard yet
/** @type {Status} before the first message */
const SILENT = { symbol: "○", text: "", alert: false, announce: "", offer: false };

/** The requests of one lab, whatever views show it. */
export class Requests {
  /** @type {LabState | null} the last that was told */ state = null;
  notice = ""; // what was wrong with the last request
  gone = ""; // why nobody would hear a request
  late = ""; // the request that nobody has heard for a while
  starting = false; // Train was pressed, and no state says yet what came of it
  accepted = false; // it was heard
  again = false; // the run under way was stopped for another one
  locked = false; // the question was answered here
  /** @type {Record<string, ReturnType<typeof setTimeout>>} */ unheard = {};

  /** @param {Declared} declared @param {(said: Said) => void} send @param {() => void} show */
  constructor(declared, send, show) {
    this.declared = declared;
    this.send = send;
    this.show = show;
    this.settings = structuredClone(declared.settings);
    this.moves = inTurns(() => send({ do: "set", settings: this.settings }));
  }

  get busy() {
    return this.state?.busy ?? false;
  }
  get idle() {
    return !this.busy && !this.starting;
  }
  get asking() {
    return this.declared.question !== null && !this.state?.answer?.done && !this.locked;
  }
  /** What the status line says. @returns {Status} */
  get status() {
    if (this.gone) return alarm(this.gone);
    if (this.notice) return alarm(this.notice);
    if (this.late) return alarm(`${this.late} was sent. ${this.declared.late}`);
    return this.state?.status ?? SILENT;
  }

  // ── the reader ──

  /** A control is on its way. @param {string} name @param {Setting} value */
  move(name, value) {
    this.settings = { ...this.settings, [name]: value };
    this.notice = "";
    this.moves.ask(null);
    this.show();
  }
  /** A control has come to rest. @param {boolean} follow whether that starts a run */
  settle(follow) {
    if (!follow) return;
    this.again = !this.idle; // a run under way is stopped, then the new one starts
    if (this.again) this.send({ do: "stop" });
    else this.train();
  }
  train() {
    if (!this.idle) return;
    this.notice = this.asking ? "Answer the question first, or skip it." : "";
    if (!this.asking) {
      this.starting = true;
      this.expect("Train");
      this.send({ do: "train", settings: this.settings });
    }
    this.show();
  }
  stop() {
    if (this.idle) return;
    this.expect("Stop");
    this.send({ do: "stop" });
  }
  reset() {
    this.notice = "";
    this.send({ do: "reset" });
  }
  /** @param {number} number */
  remove(number) {
    this.notice = "";
    this.send({ do: "remove", number });
  }
  /** Leave layers of a trained network out, put them back (without layers all), or swap two. @param {"leave_out" | "put_back" | "swap"} verb @param {number} number @param {number[]} layers */
  touch(verb, number, layers) {
    this.notice = "";
    this.expect("The change");
    this.send({ do: verb, number, layers });
  }
  /** @param {string} words why something cannot be done */
  refuse(words) {
    this.notice = words;
    this.show();
  }
  showRecorded() {
    this.send({ do: "recorded", settings: this.settings });
  }
  /** @param {number | null} chosen the option's place, null to skip the question */
  answer(chosen) {
    this.locked = true;
    this.send({ do: "answer", chosen });
    if (chosen !== null) this.train();
    else this.show();
  }

  // ── who trains ──

  /** @param {string} words why there is nobody; "" when there is again */
  lose(words) {
    this.gone = words;
    this.show();
  }
  /** @param {Answered} answered */
  onAnswered({ done, error }) {
    if (done === "set") this.moves.answered();
    if (done === "leave_out" || done === "put_back" || done === "swap") this.heard("The change");
    if (done === "train") {
      this.heard("Train");
      this.accepted = !error;
      this.starting &&= !error;
    }
    if (!error) return;
    this.notice = error;
    this.again = false;
    this.show();
  }
  /** @param {LabState} state */
  onState(state) {
    const ended = this.busy && !state.busy;
    this.state = state;
    if (state.settings) this.settings = structuredClone(state.settings);
    if (this.accepted || ended || state.error) this.starting = this.accepted = false;
    if (!state.busy) this.heard("Stop");
    if (this.again && this.idle) {
      this.again = false;
      this.train();
    }
    this.show();
  }

  /** Say so where a request stays unheard. @param {"Train" | "Stop" | "The change"} word */
  expect(word) {
    this.unheard[word] ??= setTimeout(() => {
      this.late = word;
      this.show();
    }, PATIENCE);
  }
  /** @param {"Train" | "Stop" | "The change"} word */
  heard(word) {
    clearTimeout(this.unheard[word]);
    delete this.unheard[word];
    if (this.late === word) this.late = "";
  }
}
