// One lab: a view of what the link has heard. Loaded by anywidget.
class View {
  constructor(link, root) {
    const declared = link.model.get("declaration");
    Object.assign(this, {
      link,
      root,
      declared,
      runs: link.runs,
      tokens: declared.tokens,
      settings: structuredClone(declared.settings),
    });
    Object.assign(this, {
      uid: "dl" + Math.random().toString(36).slice(2, 8),
      y: "log",
      x: "step",
      cross: null,
      chosen: null,
      own: {},
      el: {},
      busy: false,
      lecture: declared.lecture,
    });
    this.kinds = declared.controls.find((control) => control.name === "kind");
    this.hasPanel = Boolean((this.lastPanel = declared.panel));
    this.build();
    this.drops = [
      followTheme(root, (theme) => {
        this.theme = theme;
        this.sync();
      }),
      hidePicture(root),
    ];
    const sizes = new ResizeObserver(() => this.sync());
    sizes.observe(root);
    this.drops.push(() => sizes.disconnect());
    if (link.head.runs) this.told(link.head);
    this.sync();
  }
  // what the parts ask
  family(kind) {
    const i = this.kinds ? this.kinds.options.indexOf(kind) : -1;
    return i < 0 ? (this.tokens.kinds.includes(kind) ? kind : "other") : this.kinds.families[i];
  }
  label(kind) {
    return this.kinds.labels[this.kinds.options.indexOf(kind)];
  }
  visible() {
    return this.asking() ? [] : this.runs.list;
  }
  asking() {
    return Boolean(this.declared.question) && !this.link.head.answer?.done && !this.locked;
  }
  selected() {
    return this.visible().find((run) => run.id === this.chosen) || this.visible().at(-1);
  }
  buildable() {
    const { kind, depth } = this.settings;
    return this.declared.even.includes(kind) ? Math.max(2, depth - (depth % 2)) : depth;
  }
  choosesItself(name) {
    // what the course would choose, if it is known beforehand
    const { kind } = this.settings;
    const depth = this.buildable?.();
    if (name === "gate_bias")
      return this.declared.gates[depth - 3] === undefined ? null : +this.declared.gates[depth - 3].replace("−", "-");
    const grid = this.declared.controls.every(
      ({ name, small, default: usual, only_for }) => !(small || only_for) || this.settings[name] === usual,
    );
    const rate = grid && this.declared.recorded[kind]?.[depth > LAYERS ? LAYERS : depth];
    return rate ? +rate.replace("−", "-") : null;
  }

  build() {
    const { el, declared, root, uid } = this;
    root.classList.add("dl");
    root.classList.toggle("lecture", Boolean(this.lecture));
    const button = (name, word, act, first) =>
      h(
        "button",
        { type: "button", class: "btn" + (first ? " primary" : ""), onclick: act },
        icon(name),
        word,
        first && h("kbd", { "aria-hidden": "true" }, "space"),
      );
    el.train = button("train", "Train", () => this.train(), true);
    el.stop = button("stop", "Stop", () => this.stop());
    el.reset = button("reset", "Reset", () => {
      this.forget();
      this.link.send({ do: "reset" });
    });
    el.follow = h("input", { type: "checkbox" });
    el.symbol = h("span", { class: "sym", "aria-hidden": "true" });
    el.text = h("span");
    el.offer = h(
      "button",
      {
        type: "button",
        class: "btn offer",
        hidden: true,
        onclick: () => this.link.send({ do: "recorded", settings: this.settings }),
      },
      "Show the recording",
    );
    el.status = h("p", { class: "status" }, el.symbol, h("span", {}, el.text, el.offer));
    el.live = h("div", { class: "sr", role: "status", "aria-live": "polite" });
    el.title = h("span", { class: "cap" });
    const words = (name) => (el[name] = h("div", { class: "dlabels", "aria-hidden": "true" }));
    el.chart = h("div", { class: "pane chart" }, (el.curves = h("canvas", { "aria-hidden": "true" })), words("words"));
    el.ticks = h("div", { "aria-hidden": "true" });
    el.cursor = h("input", {
      type: "range",
      min: 0,
      max: 1000,
      step: 1,
      value: 1000,
      "aria-label": "Read values along the curves",
    });
    el.stripTitle = h("p", { class: "cap-strip" });
    el.stripPart = h(
      "div",
      {},
      el.stripTitle,
      h("div", { class: "pane strip" }, (el.strip = h("canvas", { "aria-hidden": "true" })), words("stripWords")),
    );
    el.plot = h(
      "div",
      { class: "dl-plot", role: "group", "aria-label": "Curves and strip; the table below holds the same values" },
      el.chart,
      h("div", { class: "spine" }, el.ticks, el.cursor),
      el.stripPart,
    );
    el.outcome = h("div", { class: "dl-out" });
    el.table = h("div", { class: "dl-table" });
    el.foot = h("p", { class: "dl-foot" });
    const axis = (name, key, options) =>
      h(
        "span",
        { class: "seg", role: "radiogroup", "aria-label": name },
        options.map((value) => {
          const radio = h("input", {
            type: "radio",
            name: uid + key,
            value,
            onchange: () => {
              this[key] = value;
              this.cross = null;
              this.draw();
            },
          });
          radio.checked = this[key] === value;
          return h("label", {}, radio, value);
        }),
      );
    root.replaceChildren(
      h(
        "div",
        { class: "dl-frame" },
        h("div", { class: "dl-head" }, h("h2", {}, declared.title), h("p", {}, declared.about)),
        h("form", { class: "dl-controls", onsubmit: (event) => event.preventDefault() }, controlsOf(this)),
        h(
          "div",
          { class: "dl-act" },
          h("div", { class: "btns" }, el.train, el.stop, el.reset),
          h("label", { class: "check" }, el.follow, "Train on change"),
          h("div", { class: "dl-status" }, el.status, el.live),
        ),
        h(
          "div",
          { class: "dl-main" },
          h(
            "div",
            { class: "dl-views" },
            el.title,
            h(
              "span",
              {},
              axis("Loss axis", "y", ["log", "linear", "accuracy"]),
              " ",
              axis("Time axis", "x", ["step", "epoch", "seconds"]),
            ),
          ),
          el.plot,
        ),
        el.outcome,
        el.table,
        el.foot,
      ),
    );
    this.cursors();
    if (this.asking()) this.ask();
    root.addEventListener("keydown", (event) => {
      // in a hall, the space bar starts and stops
      if (!this.lecture || event.key !== " " || event.target.closest("input, button, select")) return;
      event.preventDefault();
      this.busy ? this.stop() : this.train();
    });
  }
  cursors() {
    // pointer or arrow keys read values; the labels at the right show them
    const { el } = this;
    const set = (share) => {
      this.cross = share === null ? null : share * this.frame.length;
      this.draw();
    };
    el.cursor.addEventListener("input", () => set(+el.cursor.value >= 1000 ? null : el.cursor.value / 1000));
    el.cursor.addEventListener("blur", () => {
      el.cursor.value = 1000;
      set(null);
    });
    for (const pane of [el.curves.parentNode, el.strip.parentNode]) {
      pane.addEventListener("pointermove", (event) => {
        const { x0, x1 } = this.frame;
        const share = (event.clientX - pane.getBoundingClientRect().left - x0) / (x1 - x0);
        set(share >= 0 && share < 1 ? share : null);
      });
      pane.addEventListener("pointerleave", () => set(null));
    }
  }
  ask() {
    const lock = (chosen) => {
      this.locked = true;
      this.link.send({ do: "answer", chosen });
      card.remove();
      if (chosen !== null) this.train();
      el.train.focus();
    };
    const { el } = this;
    const card = cardOf(this.uid, this.declared.question, ["Lock in and train", "Skip the question"], lock, () => {
      lock(null);
      this.draw();
    });
    el.chart.append(card);
    this.card = card;
  }

  // what the reader does
  train() {
    if (this.busy || this.starting) return;
    this.forget();
    if (this.asking()) {
      this.refused = "Answer the question first, or skip it.";
      return this.draw();
    }
    this.starting = true;
    this.link.send({ do: "train", settings: this.settings });
    this.draw();
  }
  stop() {
    if (!this.busy && !this.starting) return;
    this.link.send({ do: "stop" });
    this.stopping ||= setTimeout(() => {
      this.refused = "Stop was sent. The kernel hears it when the cell that runs has ended.";
      this.draw();
    }, 1000);
  }
  remove(run) {
    this.forget();
    this.link.send({ do: "remove", number: run.number });
    const rows = [...this.el.table.querySelectorAll(".rm")];
    const i = this.visible().indexOf(run);
    (rows[i + 1] || rows[i - 1] || this.el.train).focus();
  }
  changed() {
    if (!this.el.follow.checked) {
      this.moved = !this.busy;
      return this.draw();
    }
    this.again = this.busy || this.starting; // a run under way is stopped, then the new one starts
    this.again ? this.link.send({ do: "stop" }) : this.train();
  }
  forget() {
    this.refused = "";
    this.moved = false;
  }

  // what the kernel says
  told(head) {
    if (head.settings) this.settings = structuredClone(head.settings);
    const ended = this.busy && !head.busy;
    const news = head.runs.map((run) => run.id + run.status).join() + head.busy;
    Object.assign(this, { busy: head.busy, trouble: head.trouble, says: head.says });
    if (this.accepted || ended || head.trouble) this.starting = this.accepted = false;
    if (!head.busy && this.stopping) {
      clearTimeout(this.stopping);
      this.stopping = null;
      this.refused = "";
    }
    if (this.card && !this.asking()) {
      this.card.remove();
      this.card = null;
    }
    if (head.settings) this.sync();
    if (this.news !== news) {
      this.news = news;
      this.tabled = false;
    }
    if (this.again && !head.busy) {
      this.again = false;
      this.train();
    }
    this.draw();
  }
  answered(said) {
    this.accepted ||= said.done === "train";
    if (!said.refused) return;
    this.refused = said.refused;
    this.starting = this.again = false;
    this.draw();
  }

  // what is shown
  sync() {
    for (const { control, show } of this.parts) show(this.settings[control.name]);
    if (this.none) {
      this.none.textContent = NOTES[this.settings.kind] || "";
      this.none.hidden = !NOTES[this.settings.kind];
    }
    this.root.style.setProperty("--fillkind", `var(--k-${this.family(this.settings.kind)})`);
    if (this.kinds) paintGlyph(this);
    this.draw();
  }
  draw() {
    if (this.drawing) return;
    this.drawing = true;
    const calm =
      matchMedia("(prefers-reduced-motion: reduce)").matches && this.busy
        ? this.tokens.motion.update_ms_reduced - (performance.now() - (this.drawn || 0))
        : 0;
    const paint = () =>
      requestAnimationFrame(() => {
        this.drawing = false;
        this.drawn = performance.now();
        this.paint();
      });
    calm > 0 ? setTimeout(paint, calm) : paint();
  }
  paint() {
    const { el } = this;
    const idle = !this.busy && !this.starting;
    const status = statusOf(this);
    el.symbol.textContent = status.symbol;
    el.text.textContent = status.text;
    el.status.classList.toggle("alert", Boolean(status.alert));
    el.offer.hidden = !status.offer;
    const aloud = status.announce || (status.say && status.text); // the live region hears start, stop, result and errors
    if (aloud && aloud !== el.live.textContent) el.live.textContent = aloud;
    el.train.setAttribute("aria-disabled", !idle);
    el.stop.setAttribute("aria-disabled", idle);
    if (!this.tabled) {
      this.tabled = true;
      this.retable();
    }
    if (!el.curves.clientWidth) return;
    paintCurves(this);
    paintStrip(this);
    el.foot.textContent =
      {
        live: "Live: the network trains in the kernel, and the page shows it as it happens.",
        pull: "Pulled: nothing reaches this page by itself, so it asks the kernel for what is new.",
      }[this.link.way] +
      ` Curves are the loss of each batch, a running geometric mean over about ${this.tokens.chart.smooth_steps} steps; the thin trace under the newest is unsmoothed. A finished run's training loss is the mean of its last epoch.`;
  }
  retable() {
    const { el } = this;
    const focused = [...el.table.querySelectorAll("input, button")].indexOf(el.table.getRootNode().activeElement);
    el.table.replaceChildren(tableOf(this));
    if (focused >= 0) ([...el.table.querySelectorAll("input, button")][focused] || el.train).focus();
    const answer = this.link.head.answer;
    const done = this.runs.list.filter((run) => run.status === "finished");
    el.outcome.replaceChildren(
      answer?.text
        ? outcomeOf(answer.text, !this.busy && done.map((run) => `${run.label}: ${number(run.loss)}`).join("; "))
        : "",
    );
    this.picked = answer?.text;
  }
  close() {
    this.drops.forEach((drop) => drop());
    this.link.views.delete(this);
  }
}

export default () => {
  const link = new Link();
  let opened;
  return {
    async initialize({ model }) {
      opened = link.open(model);
      await opened;
      return () => clearInterval(link.watch);
    },
    async render({ el }) {
      await opened;
      const root = h("div");
      const view = Math.random().toString(36).slice(2);
      el.append(root);
      const shown = new View(link, root);
      link.views.add(shown);
      link.send({ do: "hello", view });
      return () => {
        shown.close();
        link.send({ do: "bye", view });
      };
    },
  };
};
