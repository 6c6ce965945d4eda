// Somebody who trains, as far as a page can tell: it speaks course/page/protocol.py and does what a test says.

const OPTIONS = { type: "options", short: "", role: "", small: false };
const NUMBER = {
  type: "number",
  short: "",
  role: "",
  small: false,
  whole: false,
  log: false,
  automatic: "",
  automatic_value: null,
  only_for: "",
};

export const CONTROLS = [
  {
    ...OPTIONS,
    name: "kind",
    label: "Network",
    role: "kind",
    default: "plain",
    options: ["plain", "highway"],
    labels: ["plain", "highway"],
    families: ["plain", "highway"],
  },
  { ...NUMBER, name: "depth", label: "Depth", role: "depth", whole: true, low: 1, high: 1000, reach: 100, default: 10 },
  {
    ...NUMBER,
    name: "learning_rate",
    label: "Learning rate",
    role: "rate",
    log: true,
    low: 0.0001,
    high: 1,
    default: "by the rule",
    automatic: "by the rule",
    automatic_value: "by the rule",
  },
  {
    ...NUMBER,
    name: "gate_bias",
    label: "Gate bias",
    low: -10,
    high: 2,
    default: null,
    automatic: "by depth",
    only_for: "highway",
  },
  { ...NUMBER, name: "epochs", label: "Epochs", small: true, whole: true, low: 1, high: 300, default: 15 },
];

/** A lab with kinds and depths; `more` replaces what a test cares about. */
export const declared = (tokens = {}, more = {}) => ({
  name: "depth",
  title: "Depth lab",
  about: "Drag the depth.",
  lecture: false,
  named: true,
  controls: CONTROLS,
  settings: Object.fromEntries(CONTROLS.map((control) => [control.name, control.default])),
  panel: null,
  asking: false,
  suggestion: "",
  scale: "log",
  question: null,
  recorded: { plain: [10, 50], highway: [10, 50, 100] },
  host: "kernel",
  live: "Live: the network trains in the kernel.",
  late: "The kernel hears it when the cell that runs has ended.",
  tokens,
  ...more,
});

export const line = (text, more = {}) => ({ symbol: "○", text, alert: false, announce: "", offer: false, ...more });

export const state = (more = {}) => ({
  count: 1,
  way: "",
  busy: false,
  error: "",
  status: line("Ready: plain 10, rate 0.0156, by the rule."),
  automatic: { learning_rate: 0.015625, gate_bias: -2.1 },
  runs: [],
  ...more,
});

export const series = (id, start, stop, more = {}) => ({ id, rate: "0.0156", leads: false, start, stop, ...more });

export const run = (id, all, more = {}) => ({
  id,
  number: id,
  family: "plain",
  kind: "plain",
  depth: 10 * id,
  rate: 0.015625,
  seed: 0,
  host: "kernel",
  label: `plain ${10 * id}`,
  name: `plain ${10 * id}`,
  parts: [["rate", "0.0156"]],
  status: "running",
  state: "training",
  over: false,
  recorded: false,
  classes: 10,
  epochs: 1,
  batch: 64,
  steps: 20,
  seconds: 0.2,
  loss: null,
  test: null,
  diverged: null,
  panel: null,
  touch: { refused: "It still trains.", blocks: [], out: [], moved: [], changes: [] },
  series: all,
  ...more,
});

/** Rows of training from `start` to `stop`, one step each; `loss(step)` is both the loss and its mean. */
export const rows = (start, stop, loss = () => 0.5) =>
  Array.from({ length: stop - start }, (_, i) => start + i + 1).flatMap((step) => [
    step,
    loss(step),
    0.9,
    step / 100,
    0,
    loss(step),
    0.8,
  ]);

export const bytes = (numbers) => new DataView(new Float32Array(numbers).buffer);

/**
 * The models of a lab's page. `said` is what the page has said so far. `alone`: what it needs to train by itself;
 * `exported`: no kernel has ever known of it; else `kernel` is there.
 */
export function fakeHost(lab, { alone = null, exported = false } = {}) {
  const heard = { page: [], curves: [] };
  const said = [];
  const model = (name, values = {}) => ({
    get: (key) => values[key],
    send: (message) => said.push(structuredClone(message)),
    on: (_, hear) => heard[name].push(hear),
    off: (_, hear) => heard[name].splice(heard[name].indexOf(hear), 1),
    widget_manager: { get_model: async (id) => ({ curves, engine, pictures })[id], ...(exported ? {} : { kernel }) },
    comm_live: !exported,
  });
  const kernel = { status: "idle", connectionStatus: "connected" };
  const curves = model("curves");
  const { images, ...own } = alone ?? {};
  const pictures = model("pictures", { content: images });
  const engine = model("engine", { alone: own, parts: images ? { images: "pictures" } : {} });
  return {
    kernel,
    model: model("page", { declaration: lab, curves: "IPY_MODEL_curves", engine: alone ? "engine" : "" }),
    said,
    verbs: () => said.map((message) => message.do),
    answer: (message) =>
      heard.page.forEach((hear) => {
        hear(message);
      }),
    tell: (told, numbers = []) =>
      heard.curves.forEach((hear) => {
        hear(told, [bytes(numbers)]);
      }),
  };
}
