// A view of a lab whose views follow its controls. It asks, one question at a time; the last setting always gets its answer.
import { fitted, pressColumn } from "./blocks.js";
import { controlsOf } from "./controls.js";
import { letDrag } from "./drag.js";
import { button, h, headOf, tryFirst, unique } from "./elements.js";
import { followTheme, takeSpace } from "./host.js";
import { alarm, statusLine } from "./status.js";
import { inTurns } from "./turns.js";
import { emOf } from "./canvas.js";

/** @import { Theme } from "./host.js" */
/** @import { InstantDeclared, InstantSaid, InstantState, Setting } from "./protocol.js" */
/**
 * Whoever computes: the kernel behind a widget (instant.js), or a worker of this page (computed/host.js).
 * @typedef {object} InstantHost
 * @property {string} live what the page says of that; empty for the kernel
 * @property {boolean} [computes] whether what it plays by itself is computed anew, and not the last picture of a film
 * @property {boolean} [whole] whether it shows whole networks alone, so that no block can be taken out
 * @property {string} [verb] what the first button says; "Train" if nothing is said
 * @property {(said: InstantSaid) => void} send
 * @property {(hear: (state: InstantState) => void) => () => void} listen each message is answered; returns what ends that
 */
/** @typedef {Pick<InstantSaid, "do" | "final">} Question */

const WEIGHT = { pull: 0, play: 1, show: 2, stop: 3, train: 3 }; // of two questions that wait the heavier one stays
const NEXT_LOOK = 100; // ms between an answer and the next question while the lab trains
const VERB = "Train";
const TEXT = 14; // px, the text of a notebook
const PAUSE = 250; // ms until the page says that it waits for an answer
const WAITING = { symbol: "…", text: "Computing: the picture follows.", alert: false, announce: "", offer: false };

export class Instant {
  uid = unique("il");
  /** @type {Theme} */ theme = "light";
  drawn = 0; // the width that was asked for last,
  /** @type {Theme} */ drawnIn = "light"; // and the theme
  busy = false;
  quiet = false; // whether only the end is shown of what plays by itself
  /** @type {ReturnType<typeof setTimeout> | undefined} */ waiting = undefined;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ looking = undefined;
  gone = ""; // why nobody answers
  /** @type {(() => void) | null} has this page compute, where the kernel is gone */ spare = null;

  /** @param {InstantHost} host @param {InstantDeclared} declared @param {HTMLElement} root */
  constructor(host, declared, root) {
    this.host = host;
    this.root = root;
    this.declared = declared;
    this.settings = structuredClone(this.declared.settings);
    this.turns = inTurns((/** @type {Question} */ question) => this.send(question), heavier);
    const { parts, form } = controlsOf(this);
    this.parts = parts;
    this.el = layOutInstant(this, form);
    this.sync();
    this.deafen = host.listen((state) => this.hear(state));
    this.drops = this.follow();
    takeSpace(root, declared.lecture && declared.trains, this);
  }
  /** From now on another host computes, for the controls as they stand. @param {InstantHost} host */
  moveTo(host) {
    this.deafen();
    this.host = host;
    this.el.verb.textContent = host.verb ?? VERB;
    this.el.tip.textContent = this.suggestion;
    this.deafen = host.listen((state) => this.hear(state));
    this.busy = false;
    this.sync();
    this.lose("", null);
    this.turns.answered(); // whatever was on its way is not heard any more
    this.ask("show");
  }
  /** @param {string} words why nobody answers; "" when there is somebody again @param {(() => void) | null} spare @param {string} [offer] what the button says */
  lose(words, spare, offer = "") {
    this.gone = words;
    this.spare = spare;
    this.el.spare.hidden = !spare;
    this.el.spare.textContent = offer;
    clearTimeout(this.waiting);
    if (words) this.el.status.show(alarm(words));
  }
  // ── what the controls ask ──
  get whole() {
    return this.host.whole;
  }
  /** What to try first, of what can be done here. */
  get suggestion() {
    const { suggestion, suggestion_played: played } = this.declared;
    return (this.whole ? played : suggestion).replaceAll(VERB, this.host.verb ?? VERB);
  }
  automatic() {
    return null;
  }
  /** @param {string} name @param {Setting} value */
  move(name, value) {
    this.settings = { ...this.settings, [name]: value };
    this.sync();
    this.ask("show");
  }
  settle() {
    this.ask("show", true);
  }
  /** What the button does, and the space bar in a hall. */
  train() {
    this.quiet = false;
    if (this.declared.trains && !this.busy) this.ask("train", true);
  }
  stop() {
    if (this.busy) this.ask("stop", true);
  }
  // ── to and from the host ──
  /** @param {InstantSaid["do"]} what @param {boolean} final */
  ask(what, final = false) {
    if (this.width) this.turns.ask({ do: what, final });
  }
  /** @param {Question} question */
  send(question) {
    [this.drawn, this.drawnIn] = [this.width, this.theme];
    clearTimeout(this.waiting);
    if (!this.busy && !this.gone) this.waiting = setTimeout(() => this.el.status.show(WAITING), PAUSE);
    this.host.send({ ...question, settings: this.settings, theme: this.theme, width: this.drawn });
  }
  /** @param {InstantState} state */
  hear(state) {
    const { el, drawn } = this;
    clearTimeout(this.waiting);
    clearTimeout(this.looking);
    const more = this.turns.answered(); // what waits is asked now, maybe at another width
    if (state.plays) {
      this.quiet = matchMedia("(prefers-reduced-motion: reduce)").matches;
      if (!this.quiet || this.host.computes) this.ask("play");
      if (!this.quiet) return;
    }
    this.busy = state.busy;
    if (state.settings) this.settings = structuredClone(state.settings);
    if (state.settings) this.sync();
    const stays = (this.quiet && state.busy) || (!state.views.length && state.error);
    if (!stays) this.show(state.views, drawn);
    el.train?.setAttribute("aria-disabled", String(state.busy));
    el.stop?.setAttribute("aria-disabled", String(!state.busy));
    const announce = state.busy || more ? "" : state.summary;
    const text = [state.summary, this.host.live].filter(Boolean).join(" ");
    const summary = { symbol: "", text, alert: false, announce, offer: false };
    el.status.show(state.error ? alarm(state.error) : summary);
    if (state.busy && !more) this.looking = setTimeout(() => this.ask("pull"), NEXT_LOOK);
  }
  // ── what is shown ──
  /** In pixels of a notebook's text size: pictures grow with the text in lecture mode. */
  get width() {
    return (this.el.views.clientWidth * TEXT) / emOf(this.root);
  }
  /** In a hall, what does not fit side by side beside the controls gets all of the width, below them. @param {string[]} views @param {number} width */
  show(views, width) {
    showViews(this.el.views, views, width);
    const [first, second] = this.el.views.children;
    const stacked = first && second && second.getBoundingClientRect().top >= first.getBoundingClientRect().bottom;
    if (stacked && this.declared.lecture) this.root.classList.add("wide");
  }
  sync() {
    this.settings = fitted(this);
    for (const { control, show } of this.parts) show(this.settings[control.name]);
  }
  /** Follows theme and size. Returns what ends that. */
  follow() {
    const look = () => {
      if (this.theme !== this.drawnIn || Math.abs(this.width - this.drawn) > 1) this.ask("show");
    };
    const sizes = new ResizeObserver(look);
    sizes.observe(this.el.views);
    const theme = followTheme(this.root, (theme) => {
      this.theme = theme;
      look();
    });
    return [theme, () => sizes.disconnect()];
  }
  close() {
    for (const drop of this.drops) drop();
    if (this.busy) this.send({ do: "stop", final: false });
    clearTimeout(this.waiting);
    clearTimeout(this.looking);
    this.deafen();
  }
}

/** A control that moved is not lost to a look at what trains, nor a button to a control: whatever stays goes with the controls as they stand then. @param {Question} waiting @param {Question} next @returns {Question} */
export const heavier = (waiting, next) => ({
  ...(WEIGHT[next.do] < WEIGHT[waiting.do] ? waiting : next),
  final: waiting.final || next.final,
});

/** @param {Instant} lab @param {HTMLElement} form its controls */
function layOutInstant(lab, form) {
  const { declared, root } = lab;
  const spare = h("button", { type: "button", class: "btn offer", hidden: true, onclick: () => lab.spare?.() });
  const status = statusLine(undefined, spare);
  const onclick = (/** @type {MouseEvent} */ event) => pressColumn(lab.parts, event);
  const views = h("div", { class: "dl-sheet", onclick });
  letDrag(lab, views);
  const tip = h("span", {}, lab.suggestion);
  const verb = h("span", {}, lab.host.verb ?? VERB);
  const train = declared.trains ? button("train", verb, () => lab.train()) : null;
  const stop = declared.trains ? button("stop", "Stop", () => lab.stop()) : null;
  const buttons = declared.trains && h("div", { class: "btns" }, train, stop);
  root.classList.add("dl", "instant");
  root.classList.toggle("lecture", declared.lecture);
  root.classList.toggle("wide", declared.lecture && !declared.controls.length);
  root.replaceChildren(
    h(
      "div",
      { class: "dl-frame" },
      headOf(declared),
      tryFirst(declared.suggestion && tip),
      form,
      h("div", { class: "dl-act" }, buttons, status.element),
      h("div", { class: "dl-main" }, views),
    ),
  );
  return { status, spare, views, tip, verb, train, stop };
}

/** The views as wide as they were asked for. @param {HTMLElement} element @param {string[]} views @param {number} width */
function showViews(element, views, width) {
  element.innerHTML = views.join("");
  for (const picture of element.querySelectorAll("svg")) {
    picture.style.width = `${(100 * Number(picture.getAttribute("width"))) / width - 0.01}%`;
    picture.style.height = "auto";
  }
}
