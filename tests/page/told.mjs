// What the engine's lab tells its page, for tests/test_engine.py to hold against what the kernel's lab tells:
// {alone, cases: [{settings, news, touches}]} in, the state of each case out, all cases in one lab where `together`. `opened`:
// settings with which labs open, and what is on their charts. `turns`: settings that one lab trains, opened as it starts, and
// what is on its chart after each.
import { readFileSync } from "node:fs";
import { EngineLab } from "../../course/page/engine/lab.js";
import { gateBiasForDepth, nearestDepth } from "../../course/page/engine/mlp.js";
import { LADDER, rungs } from "../../course/page/engine/rule.js";

const { alone, cases, grid, together, opened: places, turns } = JSON.parse(readFileSync(0, "utf8"));
const finite = (_, value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value);
const heard = () => new Promise((resolve) => setTimeout(resolve));

/** A lab whose worker only notes its orders. */
function labOf(given = alone) {
  const orders = [];
  const lab = new EngineLab(given, { postMessage: (order) => orders.push(order) });
  const told = { state: null, numbers: [], orders };
  told.open = lab.open({
    answered: ({ error }) => {
      told.error = error;
    },
    told: (state, bytes) => {
      told.state = state;
      told.numbers.push(...new Float32Array(bytes.buffer));
    },
  });
  return { lab, told };
}

const ready = [];
for (const settings of grid) {
  const { lab, told } = labOf();
  lab.send({ do: "set", settings });
  await heard();
  ready.push([told.state.status, told.state.automatic]);
}
const after = [];
const shared = together ? labOf() : null;
for (const { settings, news, touches = [] } of cases) {
  const { lab, told } = shared ?? labOf();
  lab.send({ do: "train", settings });
  await heard();
  for (const one of news) lab.onNews({ id: lab.runs.at(-1).id, columns: [], records: [], ...one });
  const said = [];
  for (const { measured, ...touch } of touches) {
    told.orders.length = 0;
    lab.send({ number: lab.runs.at(-1).number, ...touch });
    await heard();
    for (const { do: order, arrangement } of told.orders)
      if (order === "arrange")
        lab.onNews({ id: arrangement.id, columns: [], records: [], change: { ...measured, label: arrangement.label } });
    said.push({
      error: told.error,
      status: told.state.status,
      touch: told.state.runs.at(-1).touch,
      orders: [...told.orders],
    });
  }
  after.push({ ...told.state, said, numbers: told.numbers, orders: told.orders });
}
const opened = [];
for (const settings of places) {
  const { lab, told } = labOf({ ...alone, declared: { ...alone.declared, settings } });
  await told.open;
  lab.tell();
  opened.push({ ...told.state, numbers: told.numbers });
}
const shows = [];
const first = turns.length > 0 ? labOf() : null;
await first?.told.open;
for (const settings of turns) {
  const { lab, told } = /** @type {ReturnType<typeof labOf>} */ (first);
  lab.send({ do: "train", settings });
  await heard();
  lab.onNews({ id: lab.runs.at(-1).id, columns: [], records: [], ending: "finished" });
  const runs = told.state.runs.map(({ number, label, recorded }) => [number, label, recorded]);
  shows.push({ runs, error: told.error });
}
const rules = {
  ladder: LADDER,
  rungs: Array.from({ length: 60 }, (_, i) => rungs(i + 1)),
  nearest: grid.filter(({ kind }) => kind).map(({ kind, depth }) => nearestDepth(kind, depth)),
  biases: Array.from({ length: 200 }, (_, i) => gateBiasForDepth(i)),
};
process.stdout.write(JSON.stringify({ ready, after, rules, opened, shows }, finite));
