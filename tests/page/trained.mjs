// What the page's engine trains with a lab's settings, for tests/test_engine.py to hold against the lab itself:
// {declared, cases: [settings]} in, the records of each case out.
import { readFileSync } from "node:fs";
import { sampled } from "../../course/page/engine/digits.js";
import { mlp } from "../../course/page/engine/mlp.js";
import { PLANS } from "../../course/page/engine/plans.js";
import { Run } from "../../course/page/engine/training.js";
import { digits, kernelsOf } from "./engine.mjs";

const { declared, cases } = JSON.parse(readFileSync(0, "utf8"));
const kernels = kernelsOf();
const trained = cases.map((settings) => {
  const { shape, recipe, rate, images } = PLANS[declared.name](settings, declared.controls);
  const run = new Run(
    mlp(kernels(), shape),
    { ...digits, train: sampled(digits.train, images) },
    { ...recipe, rate, seed: shape.seed },
  );
  return [...run.advance()].map(({ step, split, loss, accuracy }) => [step, split, loss, accuracy]);
});
process.stdout.write(JSON.stringify(trained));
