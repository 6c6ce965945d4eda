// The nine kinds of fully connected network, as course/networks/mlp.py builds them.
import { exp, log } from "./pinned.js";
import { Random, heNormal, looksLinear, orthogonal } from "./random.js";
import { Tape } from "./tape.js";

/** @import { Kernels, Value } from "./tape.js" */
/**
 * @typedef {object} Shape
 * @property {string} kind
 * @property {number} depth linear layers, first and last included
 * @property {number} [width]
 * @property {number} [inputs]
 * @property {number} [classes]
 * @property {number} [batch]
 * @property {number} [seed]
 * @property {number | null} [gateBias] of highway's gates; by depth unless given
 * @property {number} [survival] of stochastic depth's last block
 * @property {number} [dropped] the share of units that dropout drops after each ReLU of a plain network
 */
/**
 * What follows the first layer, and the block that is repeated.
 * @typedef {object} Kind
 * @property {(net: Tape, x: Value) => Value} first
 * @property {(net: Tape, x: Value, knobs: { bias: number, survival: number }) => Value} block
 * @property {number} [layers] in a block, 1 unless given
 */

const relu = (/** @type {Tape} */ net, /** @type {Value} */ x) => net.relu(x);
const same = (/** @type {Tape} */ _, /** @type {Value} */ x) => x;

/** W2 relu(W1 x), batch norm after each W. @param {Tape} net @returns {(x: Value) => Value} */
const branch = (net) => (x) => {
  const inside = net.relu(net.batchNorm(net.linear(x, x.columns)));
  return net.batchNorm(net.linear(inside, x.columns));
};

/** @type {Record<string, Kind>} */
export const KINDS = {
  plain: { first: relu, block: (net, x) => net.relu(net.linear(x, x.columns)) },
  plain_bn: {
    first: (net, x) => net.relu(net.batchNorm(x)),
    block: (net, x) => net.relu(net.batchNorm(net.linear(x, x.columns))),
  },
  highway: {
    first: relu,
    block(net, x, { bias }) {
      const h = net.relu(net.linear(x, x.columns));
      const t = net.sigmoid(net.linear(x, x.columns, bias));
      net.layers.push(net.layers.splice(-2).flat()); // the two matrices count as one layer
      net.gates.push(t);
      return net.mix(t, h, x);
    },
  },
  residual: { layers: 2, first: relu, block: (net, x) => net.relu(net.add(x, branch(net)(x))) },
  stochastic_depth: {
    layers: 2,
    first: relu,
    block: (net, x, { survival }) => net.relu(net.maybeAdd(x, branch(net), survival)),
  },
  crelu: { first: same, block: (net, x) => net.linear(net.crelu(x), x.columns) },
  looks_linear: { first: same, block: (net, x) => net.linear(net.crelu(x), x.columns) },
  linear: { first: same, block: (net, x) => net.linear(x, x.columns) },
  rezero: { first: relu, block: (net, x) => net.addScaled(x, (v) => net.relu(net.linear(v, v.columns))) },
};

/** A plain network with dropout after each ReLU. @param {number} dropped @returns {Kind} */
const withDropout = (dropped) => ({
  first: (net, x) => net.dropout(net.relu(x), 1 - dropped),
  block: (net, x) => net.dropout(net.relu(net.linear(x, x.columns)), 1 - dropped),
});

/** The network, its weights drawn from the seed. @param {Kernels} kernels @param {Shape} shape */
export function mlp(kernels, shape) {
  const { kind, depth, width = 50, inputs = 64, classes = 10, batch = 64, seed = 0, survival = 0.5 } = shape;
  const net = new Tape(kernels, batch, inputs);
  const { first, block, layers = 1 } = shape.dropped ? withDropout(shape.dropped) : KINDS[depth > 2 ? kind : "plain"]; // at depth 2 all kinds are one
  const bias = shape.gateBias ?? gateBiasForDepth(depth - 2);
  const blocks = (depth - 2) / layers;
  let x = first(net, net.linear(net.input, width));
  for (let l = 1; l <= blocks; l++) {
    const knobs = { bias, survival: 1 - (l / blocks) * (1 - survival) };
    x = net.unit(x, (input) => block(net, input, knobs));
  }
  net.close(net.linear(x, classes));
  draw(net, depth > 2 ? kind : "plain", new Random(seed));
  return net;
}

/** He's weights; orthogonal ones for linear and looks-linear. @param {Tape} net @param {string} kind @param {Random} random */
function draw(net, kind, random) {
  for (const p of net.parameters) {
    if (!p.weight) continue;
    const mirrored = kind === "looks_linear" && p.parts === 2;
    if (mirrored) random.normal(p.rows * p.columns, 1); // `build` draws such a layer twice
    const drawn = mirrored ? looksLinear : ["linear", "looks_linear"].includes(kind) ? orthogonal : heNormal;
    net.write(p, drawn(random, p.rows, p.columns));
  }
}

/** The bias at which a share of `kept` of the input survives all gates at the start. @param {number} gates */
export function gateBiasForDepth(gates, kept = 0.4) {
  const carry = exp(log(kept) / Math.max(gates, 1));
  return log((1 - carry) / carry);
}

/** The nearest depth that a kind has, the smaller on a tie. @param {string} kind @param {number} depth */
export function nearestDepth(kind, depth) {
  const asked = Math.max(depth, 2);
  return asked - (asked % (KINDS[kind].layers ?? 1));
}
