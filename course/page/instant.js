// A lab whose views follow its controls. It asks, one question at a time; the last setting always gets its answer.
const PULL = 100; // ms between an answer and the next question while the lab trains

class Instant {
  constructor(model, root) {
    const declared = model.get("declaration");
    Object.assign(this, {
      model,
      root,
      declared,
      settings: structuredClone(declared.settings),
      own: {},
      el: {},
      drawn: 0,
    });
    this.uid = "il" + Math.random().toString(36).slice(2, 8);
    this.build();
    this.hear = (said) => this.answered(said);
    model.on("msg:custom", this.hear);
    this.drops = [
      followTheme(root, (theme) => {
        this.theme = theme;
        this.ask("show");
      }),
      hidePicture(root),
    ];
    const sizes = new ResizeObserver(() => {
      if (Math.abs(this.width() - this.drawn) > 1) this.ask("show");
    });
    sizes.observe(this.el.views);
    this.drops.push(
      () => sizes.disconnect(),
      () => model.off("msg:custom", this.hear),
    );
    this.sync();
  }
  build() {
    const { el, root, declared } = this;
    root.classList.add("dl", "instant");
    root.classList.toggle("lecture", Boolean(declared.lecture));
    const button = (name, word, first) =>
      h(
        "button",
        { type: "button", class: "btn" + (first ? " primary" : ""), onclick: () => this.press(name) },
        icon(name),
        word,
      );
    if (declared.trains) Object.assign(el, { train: button("train", "Train", true), stop: button("stop", "Stop") });
    el.words = h("p", { class: "status" });
    el.live = h("div", { class: "sr", role: "status", "aria-live": "polite" });
    el.views = h("div", { class: "dl-sheet" });
    const buttons = declared.trains ? h("div", { class: "btns" }, el.train, el.stop) : null;
    root.replaceChildren(
      h(
        "div",
        { class: "dl-frame" },
        h("div", { class: "dl-head" }, h("h2", {}, declared.title), h("p", {}, declared.about)),
        h("form", { class: "dl-controls", onsubmit: (event) => event.preventDefault() }, controlsOf(this)),
        h("div", { class: "dl-act" }, [buttons, h("div", { class: "dl-status" }, el.words, el.live)].filter(Boolean)),
        h("div", { class: "dl-main" }, el.views),
      ),
    );
  }
  // what the controls ask
  choosesItself() {
    return null;
  }
  changed() {
    this.ask("show", true);
  }
  sync() {
    for (const { control, show } of this.parts) show(this.settings[control.name]);
    this.ask("show");
  }
  width() {
    // in pixels of a notebook's text size: pictures grow with the text in lecture mode
    return (this.el.views.clientWidth * 14) / parseFloat(getComputedStyle(this.root).fontSize);
  }
  press(what) {
    if (what === "train" ? this.busy : !this.busy) return;
    this.ask(what, true);
  }
  ask(what, final = false) {
    if (this.waiting) {
      if (!this.next || this.next.what === "show" || what !== "show") this.next = { what, final };
      return;
    }
    const width = this.width();
    if (!width) return;
    this.waiting = true;
    this.drawn = width;
    this.model.send({ do: what, settings: this.settings, theme: this.theme, width, final });
  }
  answered(said) {
    const { el } = this;
    this.waiting = false;
    this.busy = said.busy;
    if (said.settings) {
      this.settings = structuredClone(said.settings);
      for (const { control, show } of this.parts) show(this.settings[control.name]);
    }
    if (said.views) el.views.innerHTML = said.views.join("");
    for (const picture of el.views.children) {
      picture.style.width = (100 * picture.getAttribute("width")) / this.drawn - 0.01 + "%";
      picture.style.height = "auto";
    }
    el.words.textContent = said.trouble ? "! " + said.trouble : said.words;
    el.words.classList.toggle("alert", Boolean(said.trouble));
    el.train?.setAttribute("aria-disabled", Boolean(said.busy));
    el.stop?.setAttribute("aria-disabled", !said.busy);
    if (!said.busy && !this.next) el.live.textContent = el.words.textContent;
    const next = this.next;
    this.next = null;
    if (next) this.ask(next.what, next.final);
    else if (said.busy) setTimeout(() => this.ask("pull"), PULL);
  }
  close() {
    this.drops.forEach((drop) => drop());
    if (this.busy) this.model.send({ do: "stop" });
  }
}

export default {
  render({ model, el }) {
    const root = h("div");
    el.append(root);
    const shown = new Instant(model, root);
    return () => shown.close();
  },
};
