// The losses of an epoch with other kernels: node tests/page/losses.mjs KIND KERNELS
import { mlp } from "../../course/page/engine/mlp.js";
import { Run } from "../../course/page/engine/training.js";
import { digits, kernelsOf } from "./engine.mjs";

const [kind, path] = process.argv.slice(2);
const net = mlp(kernelsOf(path)(), { kind, depth: 4, width: 30 });
const losses = [...new Run(net, digits, { epochs: 2, rate: 0.05 }).advance(1)].map((record) => record.loss);
console.log(losses.join("\n"));
