// What goes to the kernel and comes from it; kept once for all views of a lab.
const SILENCE = 1500; // ms without a message before the page asks itself
const PULL = 170; // ms between an answer and the next question
const ACKNOWLEDGE = 10; // messages

class Link {
  // to the kernel; lives as long as the model, whatever cells show it
  constructor() {
    this.runs = new Runs();
    this.views = new Set();
    this.head = {};
    this.heard = 0;
    this.way = "live";
  }
  async open(model) {
    this.model = model;
    model.on("msg:custom", (said) => this.views.forEach((view) => view.answered(said)));
    this.curves = await model.widget_manager.get_model(model.get("curves").replace("IPY_MODEL_", ""));
    this.curves.on("msg:custom", (head, buffers) => this.take(head, buffers[0]));
    const waiting = () => this.head.busy || [...this.views].some((view) => view.starting);
    this.watch = setInterval(() => {
      if (waiting() && performance.now() - this.heard > SILENCE) this.pull();
    }, SILENCE / 3);
  }
  send(said) {
    this.model.send(said);
  }
  pull() {
    this.way = "pull";
    this.heard = performance.now();
    this.send({ do: "pull" });
  }
  take(head, buffer) {
    this.heard = performance.now();
    const hole = this.runs.take(head, buffer || new DataView(new ArrayBuffer(0)));
    this.head = head;
    if (hole) this.send({ do: "ask" });
    else if (head.count % ACKNOWLEDGE === 0) this.send({ do: "ack" });
    if (!head.pulled) {
      if (head.pushed) this.way = "live";
    } else if (head.busy) setTimeout(() => this.pull(), PULL);
    this.views.forEach((view) => view.told(head));
  }
}
