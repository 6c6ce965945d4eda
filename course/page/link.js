// The line to whoever trains, kept once for all views of a lab: what goes there, what comes from there.
import { Requests } from "./requests.js";
import { Runs } from "./runs.js";

/** @import { Answered, Declared, Said, LabState } from "./protocol.js" */
/**
 * Who keeps the widgets; JupyterLab's knows the kernel, null for none.
 * @typedef {object} Manager
 * @property {(id: string) => Promise<Model>} get_model
 * @property {{ status: string, connectionStatus: string } | null} [kernel]
 */
/**
 * A widget's model as anywidget gives it.
 * @typedef {object} Model
 * @property {(name: string) => any} get
 * @property {(said: object) => void} send
 * @property {(event: string, listener: (...heard: any[]) => void) => void} on
 * @property {(event: string, listener: (...heard: any[]) => void) => void} off
 * @property {Manager} widget_manager
 */

const SILENCE = 1500; // ms without a message before the page asks itself
const PULL = 170; // ms between an answer and the next question
const ACKNOWLEDGE = 10; // messages

/** It lives as long as the model, whatever cells show it. */
export class Link {
  runs = new Runs();
  /** @type {Set<{ hear: () => void }>} */ views = new Set();
  heard = 0; // when, as performance.now()
  /** @type {"live" | "pull"} */ way = "live";

  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    /** @type {Declared} */
    this.declared = model.get("declaration");
    this.requests = new Requests(
      this.declared,
      (said) => this.send(said),
      () => this.show(),
    );
  }
  async open() {
    this.model.on("msg:custom", (/** @type {Answered} */ answered) => this.requests.onAnswered(answered));
    const curves = await this.model.widget_manager.get_model(this.model.get("curves").replace("IPY_MODEL_", ""));
    curves.on("msg:custom", (/** @type {LabState} */ state, /** @type {DataView[]} */ buffers) =>
      this.take(state, buffers?.[0] ?? new DataView(new ArrayBuffer(0))),
    );
    this.watch = setInterval(() => {
      if (!this.requests.idle && performance.now() - this.heard > SILENCE) this.pull();
    }, SILENCE / 3);
  }
  close() {
    clearInterval(this.watch);
  }
  /** @param {Said} said */
  send(said) {
    this.model.send(said);
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
  }
  show() {
    for (const view of this.views) view.hear();
  }
}
