// One view of a lab: it draws what the link has heard.
import { cardOf } from "./card.js";
import { controlsOf } from "./controls.js";
import { h, unique } from "./elements.js";
import { follow } from "./follow.js";
import { layOut } from "./layout.js";
import { kindsIn } from "./roles.js";
import { paint, paintControls } from "./paint.js";

/** @import { DepthPart } from "./depth.js" */
/** @import { Frame } from "./frame.js" */
/** @import { Theme } from "./host.js" */
/** @import { Link } from "./link.js" */
/** @import { Setting } from "./protocol.js" */
/** @import { Run } from "./runs.js" */

export class View {
  /** @type {"log" | "linear" | "accuracy"} */ y;
  /** @type {"step" | "epoch" | "seconds"} */ x = "step";
  /** @type {number | null} where values are read, of the time axis; null: at the ends */ share = null;
  /** @type {number | null} the run whose strip is shown, unless it is the newest's */ chosen = null;
  /** @type {Theme} */ theme = "light";
  /** @type {HTMLElement | null} the open question */ card = null;
  news = ""; // what the table was made for
  shown = ""; // what the controls show
  drawing = false;
  drawn = 0; // when, as performance.now()
  uid = unique("dl");
  frame = /** @type {Frame} */ ({}); // before anything is drawn

  /** @param {Link} link @param {HTMLElement} root */
  constructor(link, root) {
    this.link = link;
    this.root = root;
    this.requests = link.requests;
    this.declared = link.declared;
    this.tokens = this.declared.tokens;
    this.lecture = this.declared.lecture;
    this.y = this.declared.scale;
    this.lastPanel = this.declared.panel;
    this.hasPanel = this.declared.panel !== null;
    this.kinds = kindsIn(this.declared.controls);
    this.note = this.kinds ? h("p", { class: "none hint" }) : null;
    const { parts, form } = controlsOf(this, this.note);
    this.parts = parts;
    this.depth = /** @type {DepthPart | undefined} */ (parts.find((part) => part.control.role === "depth"));
    this.el = layOut(this, form);
    this.drops = follow(this);
    if (this.requests.asking) this.ask();
    this.sync();
    this.hear();
  }

  // ── what the parts ask ──

  get runs() {
    return this.link.runs.list;
  }
  get settings() {
    return this.requests.settings;
  }
  get asking() {
    return this.requests.asking;
  }
  /** @returns {Run[]} */
  get visible() {
    if (this.asking) return [];
    return this.film?.shots(this.settings) ?? this.runs;
  }
  /** The film, while the reader has it run. */
  get film() {
    const wanted = this.el.film.checked && this.requests.idle && !this.asking;
    return wanted && this.link.film?.ready ? this.link.film : null;
  }
  /** Whether a run looks at the test images while it trains. */
  get tested() {
    return this.visible.some((run) => run.data.tested);
  }
  /** The run whose strip is shown. */
  get selected() {
    return this.visible.find((run) => run.id === this.chosen) ?? this.visible.at(-1);
  }
  /** Where on the time axis values are read, as long as the axis is now. */
  get cursor() {
    return this.share === null ? null : this.share * this.frame.length;
  }
  /** The text of the prediction. */
  get picked() {
    return this.requests.state?.answer?.text ?? null;
  }
  /** @param {string} name */
  automatic(name) {
    return this.requests.state?.automatic[name] ?? null;
  }

  // ── what the reader does ──

  /** @param {string} name @param {Setting} value */
  move(name, value) {
    this.requests.move(name, value);
  }
  settle() {
    this.requests.settle(this.el.follow.checked && !this.film);
  }
  /** @param {Run} run */
  remove(run) {
    const place = this.visible.indexOf(run);
    this.requests.remove(run.number);
    const rows = /** @type {NodeListOf<HTMLElement>} */ (this.el.table.querySelectorAll(".rm"));
    (rows[place + 1] ?? rows[place - 1] ?? this.el.train).focus();
  }
  /** Read values along the curves. @param {number | null} share of the time axis; null for the ends */
  read(share) {
    this.share = share;
    this.draw();
  }
  /** Put the question over the chart. */
  ask() {
    const { question } = this.declared;
    if (!question) return;
    this.card = cardOf(this.uid, question, "Lock in and train", (chosen) => {
      this.requests.answer(chosen);
      this.el.train.focus();
    });
    this.el.chart.append(this.card);
  }
  // ── what is shown ──

  /** Something has come, or was moved. */
  hear() {
    if (this.card && !this.asking) {
      this.card.remove();
      this.card = null;
    }
    if (!this.requests.idle) this.el.film.checked = false; // what trains is on the chart
    const shown = JSON.stringify([this.settings, this.requests.state?.automatic]);
    if (shown === this.shown) this.draw();
    else this.sync();
    this.shown = shown;
  }
  /** Draw the controls, and all else. */
  sync() {
    paintControls(this);
    this.draw();
  }
  /** Paint with the next frame of the screen; where motion is unwelcome, twice a second. */
  draw() {
    if (this.drawing) return;
    this.drawing = true;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches && this.requests.busy;
    const wait = calm ? this.tokens.motion.update_ms_reduced - (performance.now() - this.drawn) : 0;
    const later = () =>
      requestAnimationFrame(() => {
        this.drawing = false;
        this.drawn = performance.now();
        paint(this);
      });
    if (wait > 0) setTimeout(later, wait);
    else later();
  }
  close() {
    for (const drop of this.drops) drop();
    this.link.views.delete(this);
  }
}
