// Does the page's engine compute what PyTorch does? node tests/page/parity.mjs FOLDER
// FOLDER holds what tests/parity_values.py wrote. Rounding differs, and some networks make much of it: where PyTorch
// itself moves beyond a bound when every weight, or draw, is nudged by one rounding, so may the engine.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { KINDS, mlp } from "../../course/page/engine/mlp.js";
import { Random } from "../../course/page/engine/random.js";
import { search } from "../../course/page/engine/rule.js";
import { evaluate, Run } from "../../course/page/engine/training.js";
import { digits, kernelsOf } from "./engine.mjs";

const FOLDER = process.argv[2];
const BOUNDS = { weights: 1e-6, loss: 1e-5, gradients: 1e-4, evaluation: 1e-4 };
const AS_PYTORCH = 10; // so many times what a nudge does to PyTorch
const CHAOS = 0.1; // of the largest gradient: where a nudge does as much, only the first loss can be compared
const SEEDS = [0, 1, 2];

const told = JSON.parse(readFileSync(`${FOLDER}/values.json`, "utf8"));
const array = (name) => new Float32Array(new Uint8Array(readFileSync(`${FOLDER}/${name}`)).buffer);
const kernels = kernelsOf();

/** All parameters or gradients one after another, as PyTorch has them. */
const flat = (net, what) =>
  Float32Array.from(
    net.parameters.flatMap((p) => [...net.read(p, what)].map((value) => (p.resting && what === "grad" ? 0 : value))),
  );
const apart = (ours, theirs) => ours.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i])), 0);
const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

test("every kind is there at four depths, and one network alone is chaotic", () => {
  assert.deepEqual(
    told.cases.filter((one) => one.moved.gradients > CHAOS).map((one) => one.name),
    ["plain_bn-50-50"],
  );
  const kinds = new Set(told.cases.map((one) => one.kind));
  assert.deepEqual([...kinds].sort(), Object.keys(KINDS).sort());
  assert.equal(told.cases.filter((one) => one.width === 50).length, 4 * kinds.size);
});

for (const { name, kind, depth, width, seed, loss, evaluations, moved } of told.cases)
  test(`${name}: initial weights, first loss, gradients of the first step, evaluations after it`, () => {
    const within = (what, ours) => {
      const bound = Math.max(BOUNDS[what], AS_PYTORCH * moved[what]);
      assert.ok(ours <= bound, `${what} differ by ${ours}, at most ${bound}`);
    };
    const net = mlp(kernels(), { kind, depth, width, seed });
    const weights = array(`${name}.weights`);
    const drawn = flat(net, "data");
    assert.equal(drawn.length, weights.length);
    within("weights", apart(drawn, weights));
    const { learning_rate: rate, weight_decay: decay, momentum } = told.recipe;
    const run = new Run(net, digits, { epochs: 15, rate, decay, momentum, seed });
    const records = run.advance();
    within("loss", Math.abs(records.next().value.loss - loss));
    if (moved.gradients > CHAOS) return;
    const theirs = array(`${name}.gradients`);
    const ours = flat(net, "grad");
    within("gradients", apart(ours, theirs) / largest(theirs));
    const blocks = net.units.map((_, block) => block);
    const rearranged = [...blocks.slice(1, 3).reverse(), ...blocks.slice(3)];
    assert.equal(evaluations.length, blocks.length ? 2 : 1);
    for (const [i, [lost, right]] of evaluations.entries()) {
      const after = evaluate(net, digits.test, i ? rearranged : undefined);
      within("evaluation", Math.abs(after.loss - lost) / lost);
      if (moved.evaluation < BOUNDS.evaluation)
        assert.ok(Math.abs(after.accuracy - right) <= 1 / 360 + 1e-9, `${after.accuracy}, not ${right}`);
    }
  });

test("the images come in PyTorch's order", () => {
  for (const [place, epoch] of [1, 2, 15].entries()) {
    const order = new Random(2 * 1_000_003 + epoch).permutation(digits.train.y.length);
    assert.deepEqual([...order], told.orders[place]);
  }
});

test("the rule chooses PyTorch's rate for networks that do not part", () => {
  for (const [kind, depth, rate] of told.rule) {
    const trials = search(mlp(kernels(), { kind, depth }), digits, { epochs: told.rule_epochs });
    let next = trials.next();
    while (!next.done) next = trials.next();
    assert.equal(next.value.winner.recipe.rate, rate, `${kind} ${depth}`);
  }
});

// The course's inequalities (tests/test_science.py), at the rates that the rule chose for the recordings.
const SCIENCE = [
  ["plain", 10, (loss) => loss < 0.1],
  ["plain", 50, (loss) => loss > 1],
  ["highway", 50, (loss) => loss < 0.1],
  ["residual", 50, (loss) => loss < 0.1],
  ["rezero", 50, (loss) => loss < 0.01],
  ["looks_linear", 50, (loss) => loss < 0.01],
];
for (const [kind, depth, holds] of SCIENCE)
  test(`${kind} ${depth} ends as the course says, in the middle of three seeds`, () => {
    const rate = told.rates[`${kind}-${depth}`];
    const losses = SEEDS.map((seed) => {
      const run = new Run(mlp(kernels(), { kind, depth, seed }), digits, { epochs: 15, rate, seed });
      for (const record of run.advance()) assert.ok(record.step <= run.steps);
      return run.loss;
    }).sort((a, b) => a - b);
    assert.ok(holds(losses[1]), `${kind} ${depth}: ${losses}`);
  });
