// The tape: a network is written down once, operation after operation, and played at each step: forwards for the
// values, backwards for the gradients. Every number lies in the memory of the kernels (kernels.c).

/** @import { Random } from "./random.js" */
/**
 * The functions of kernels.wasm; they take addresses in bytes, and numbers.
 * @typedef {Record<"matmul" | "transpose" | "columnSums" | "dot" | "relu" | "reluBack" | "crelu" | "creluBack" | "sigmoid"
 *   | "sigmoidBack" | "mix" | "mixBack" | "sum" | "addScaled" | "norm" | "normEval" | "normBack" | "sgd",
 *   (...numbers: number[]) => number>
 *   & { memory: WebAssembly.Memory, __heap_base: WebAssembly.Global }} Kernels
 */
/**
 * A matrix whose rows are padded: `columns` numbers in `parts` equal parts, each padded by itself, `stride` floats a row.
 * `data` and `grad` are addresses of its numbers and of the loss's gradient with respect to them.
 * @typedef {{ columns: number, parts: number, stride: number, size: number, data: number, grad: number }} Value
 * @typedef {Value & { rows: number, velocity: number, start: number, weight: boolean, resting: boolean }} Parameter
 * @typedef {{ out: Value, parameters: Parameter[], forward: () => void, backward: () => void }} Operation
 * @typedef {{ x: Value, y: Value, from: number, to: number }} Unit a block that can be left out: where it begins and ends among the operations
 * @typedef {{ survival: number, alive: boolean, generator: Random | null }} Block of stochastic depth
 */

export const BYTES = 4; // of a float
const PAGE = 65536; // bytes, in which a memory grows
const padded = (/** @type {number} */ n) => (n + 3) & ~3;

/** The operations of a network on batches of vectors. Each writes itself down and returns its value. */
export class Tape {
  training = true;
  /** @type {Operation[]} */ operations = [];
  /** @type {Parameter[]} */ parameters = [];
  /** @type {Parameter[][]} the weights of each layer */ layers = [];
  /** @type {Value[]} of highway blocks */ gates = [];
  /** @type {Unit[]} */ units = [];
  /** @type {Block[]} of stochastic depth */ blocks = [];
  /** @type {{ generator: Random | null }[]} what draws random numbers at each step */ drawing = [];
  /** @type {{ address: number, size: number }[]} running means and variances */ running = [];
  #widest = 0; // floats of the largest matrix, which is transposed into the scratch memory
  #scratch = 0;

  /** @param {Kernels} kernels @param {number} batch images a step @param {number} inputs */
  constructor(kernels, batch, inputs) {
    this.kernels = kernels;
    this.batch = batch;
    this.rows = padded(batch); // of every value: those beyond the batch have no gradient, and so no effect
    this.free = kernels.__heap_base.value;
    this.floats = new Float32Array(0); // the memory, once everything has its place
    this.input = this.value(inputs);
    this.output = this.input;
  }

  // ── memory ──

  /** The address of so many floats, zero at first; they are there once the tape is closed. @param {number} floats */
  allocate(floats) {
    const address = this.free;
    this.free += padded(floats) * BYTES;
    return address;
  }

  /** A value for the whole batch. @param {number} columns @param {number} [parts] @returns {Value} */
  value(columns, parts = 1) {
    const stride = padded(columns / parts) * parts;
    const size = this.rows * stride;
    return { columns, parts, stride, size, data: this.allocate(size), grad: this.allocate(size) };
  }

  /**
   * Numbers that training changes.
   * @param {number} rows
   * @param {number} columns
   * @param {object} [more]
   * @param {number} [more.parts]
   * @param {number} [more.start] what they are at first
   * @param {boolean} [more.weight] whether they are a layer's weights: drawn at first, and what weight decay is for
   * @returns {Parameter}
   */
  parameter(rows, columns, { parts = 1, start = 0, weight = false } = {}) {
    const stride = padded(columns / parts) * parts;
    const size = padded(rows) * stride;
    const [data, grad, velocity] = [size, size, size].map((floats) => this.allocate(floats));
    const made = { rows, columns, parts, stride, size, data, grad, velocity, start, weight, resting: false };
    this.parameters.push(made);
    return made;
  }

  /** The numbers of a parameter row after row, without padding. @param {Parameter} p @param {Float32Array} values */
  write(p, values) {
    for (const [from, to, count] of rowsOf(p))
      this.floats.set(values.subarray(from, from + count), to + p.data / BYTES);
  }

  /** @param {Parameter} p @param {"data" | "grad"} what */
  read(p, what = "data") {
    const values = new Float32Array(p.rows * p.columns);
    for (const [to, from, count] of rowsOf(p)) {
      const at = from + p[what] / BYTES;
      values.set(this.floats.subarray(at, at + count), to);
    }
    return values;
  }

  /** Everything has its place: called once, when the network is written down. @param {Value} output */
  close(output) {
    this.output = output;
    this.#scratch = this.allocate(this.#widest);
    grow(this.kernels.memory, this.free);
    this.floats = new Float32Array(this.kernels.memory.buffer);
    for (const p of this.parameters) this.write(p, new Float32Array(p.rows * p.columns).fill(p.start));
    for (const { address, size } of this.running) this.#view(address + size * BYTES, size).fill(1); // variances
    return this;
  }

  /** All that a step changes, as one array: weights, velocities, running means and variances. */
  save() {
    const parts = this.#changing();
    const saved = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      saved.set(part, at);
      at += part.length;
    }
    return saved;
  }

  /** Back to what `save` gave. @param {Float32Array} saved */
  restore(saved) {
    let at = 0;
    for (const part of this.#changing()) {
      part.set(saved.subarray(at, at + part.length));
      at += part.length;
    }
  }

  #changing() {
    return [
      ...this.parameters.flatMap((p) => [this.#view(p.data, p.size), this.#view(p.velocity, p.size)]),
      ...this.running.map(({ address, size }) => this.#view(address, 2 * size)),
    ];
  }

  /** @param {number} address @param {number} floats */
  #view(address, floats) {
    return this.floats.subarray(address / BYTES, address / BYTES + floats);
  }

  // ── operations ──

  /** @param {Value} out @param {() => void} forward @param {() => void} backward @param {Parameter[]} [parameters] */
  record(out, forward, backward, parameters = []) {
    this.operations.push({ out, forward, backward, parameters });
    return out;
  }

  /** y = W x + b. @param {Value} x @param {number} outputs @param {number} [bias] at first */
  linear(x, outputs, bias = 0) {
    const { kernels: k, rows: images } = this;
    const y = this.value(outputs);
    const w = this.parameter(outputs, x.columns, { parts: x.parts, weight: true });
    const b = this.parameter(1, outputs, { start: bias });
    const rows = padded(outputs);
    this.layers.push([w]);
    this.#widest = Math.max(this.#widest, w.size);
    const forward = () => {
      k.transpose(rows, w.stride, w.data, this.#scratch);
      k.matmul(images, y.stride, x.stride, x.data, x.stride, 1, this.#scratch, y.stride, y.data, y.stride, b.data, 0);
    };
    const backward = () => {
      k.columnSums(images, y.stride, y.grad, b.grad); // db = the sum of dy over the batch
      k.matmul(rows, x.stride, images, y.grad, 1, y.stride, x.data, x.stride, w.grad, x.stride, 0, 0); // dW = dyᵀ x
      if (x === this.input) return;
      k.matmul(images, x.stride, outputs, y.grad, y.stride, 1, w.data, x.stride, x.grad, x.stride, 0, 1); // dx += dy W
    };
    return this.record(y, forward, backward, [w, b]);
  }

  /** @param {Value} x */
  relu(x) {
    const { kernels: k } = this;
    const y = this.value(x.columns);
    return this.record(
      y,
      () => k.relu(x.size, x.data, y.data),
      () => k.reluBack(x.size, y.data, y.grad, x.grad),
    );
  }

  /** [relu(x), relu(-x)]. @param {Value} x */
  crelu(x) {
    const { kernels: k, rows } = this;
    const y = this.value(2 * x.columns, 2);
    return this.record(
      y,
      () => k.crelu(rows, x.stride, x.data, y.data),
      () => k.creluBack(rows, x.stride, y.data, y.grad, x.grad),
    );
  }

  /** 1 / (1 + exp(-x)). @param {Value} x */
  sigmoid(x) {
    const { kernels: k } = this;
    const y = this.value(x.columns);
    return this.record(
      y,
      () => k.sigmoid(x.size, x.data, y.data),
      () => k.sigmoidBack(x.size, y.data, y.grad, x.grad),
    );
  }

  /** t h + (1 - t) x. @param {Value} t @param {Value} h @param {Value} x */
  mix(t, h, x) {
    const { kernels: k } = this;
    const y = this.value(x.columns);
    return this.record(
      y,
      () => k.mix(x.size, t.data, h.data, x.data, y.data),
      () => k.mixBack(x.size, t.data, h.data, x.data, y.grad, t.grad, h.grad, x.grad),
    );
  }

  /** x + f. @param {Value} x @param {Value} f */
  add(x, f) {
    const { kernels: k } = this;
    const y = this.value(x.columns);
    const backward = () => {
      k.addScaled(x.size, 1, y.grad, x.grad);
      k.addScaled(x.size, 1, y.grad, f.grad);
    };
    return this.record(y, () => k.sum(x.size, x.data, 1, f.data, y.data), backward);
  }

  /** x + a F(x) with one scalar a, 0 at first. @param {Value} x @param {(x: Value) => Value} branch */
  addScaled(x, branch) {
    const { kernels: k } = this;
    const a = this.parameter(1, 1);
    const f = branch(x);
    const y = this.value(x.columns);
    const scale = () => this.floats[a.data / BYTES];
    const backward = () => {
      this.floats[a.grad / BYTES] = k.dot(x.size, y.grad, f.data);
      k.addScaled(x.size, 1, y.grad, x.grad);
      k.addScaled(x.size, scale(), y.grad, f.grad);
    };
    return this.record(y, () => k.sum(x.size, x.data, scale(), f.data, y.data), backward, [a]);
  }

  /** gain (x - mean) / deviation + shift, over the batch; in evaluation by the running mean and variance. @param {Value} x */
  batchNorm(x) {
    const { kernels: k, batch } = this;
    const y = this.value(x.columns);
    const xhat = this.allocate(x.size);
    const gain = this.parameter(1, x.columns, { start: 1 });
    const shift = this.parameter(1, x.columns);
    const statistics = this.allocate(4 * x.stride);
    this.running.push({ address: statistics + 2 * x.stride * BYTES, size: x.stride });
    const forward = () => {
      if (this.training) k.norm(batch, x.stride, x.data, gain.data, shift.data, xhat, y.data, statistics);
      else k.normEval(batch, x.stride, x.data, gain.data, shift.data, y.data, statistics);
    };
    const backward = () =>
      k.normBack(batch, x.stride, xhat, gain.data, statistics, y.grad, x.grad, gain.grad, shift.grad);
    return this.record(y, forward, () => void backward(), [gain, shift]);
  }

  /**
   * x + b F(x), b drawn once a step: 1 with probability `survival`, else 0 and F is not computed. In evaluation
   * x + survival F(x).
   * @param {Value} x
   * @param {(x: Value) => Value} branch
   * @param {number} survival
   */
  maybeAdd(x, branch, survival) {
    const { kernels: k, operations: outer } = this;
    /** @type {Operation[]} */
    const inner = [];
    this.operations = inner;
    const f = branch(x);
    this.operations = outer;
    const y = this.value(x.columns);
    const parameters = inner.flatMap((operation) => operation.parameters);
    /** @type {Block} */
    const block = { survival, alive: true, generator: null };
    this.blocks.push(block);
    this.drawing.push(block);
    const forward = () => {
      block.alive = !this.training || (block.generator?.uniform() ?? 0) < survival;
      for (const p of parameters) p.resting = !block.alive;
      if (block.alive) this.forward(inner);
      k.sum(x.size, x.data, block.alive ? (this.training ? 1 : survival) : 0, block.alive ? f.data : x.data, y.data);
    };
    const backward = () => {
      k.addScaled(x.size, 1, y.grad, x.grad);
      if (!block.alive) return;
      k.addScaled(x.size, 1, y.grad, f.grad);
      this.backward(inner);
    };
    return this.record(y, forward, backward, parameters);
  }

  /**
   * m x / keep with m drawn for every number, 1 with probability `keep`; x in evaluation. The numbers are the twister's
   * and not PyTorch's, which depend on the processor here.
   * @param {Value} x
   * @param {number} keep
   */
  dropout(x, keep) {
    const y = this.value(x.columns);
    const mask = new Float32Array(x.size);
    /** @type {{ generator: Random | null }} */
    const noise = { generator: null };
    this.drawing.push(noise);
    const [from, to] = [x.data / BYTES, y.data / BYTES];
    const forward = () => {
      for (let i = 0; i < x.size; i++) {
        mask[i] = !this.training || (noise.generator?.uniform() ?? 0) < keep ? 1 : 0;
        this.floats[to + i] = (this.floats[from + i] * mask[i]) / (this.training ? keep : 1);
      }
    };
    const backward = () => {
      const [dx, dy] = [x.grad / BYTES, y.grad / BYTES];
      for (let i = 0; i < x.size; i++) this.floats[dx + i] += (this.floats[dy + i] * mask[i]) / keep;
    };
    return this.record(y, forward, backward);
  }

  /** A block that can be left out, as it is as wide at its end as at its start. @param {Value} x @param {(x: Value) => Value} block */
  unit(x, block) {
    const from = this.operations.length;
    const y = block(x);
    this.units.push({ x, y, from, to: this.operations.length });
    return y;
  }

  // ── playing ──

  forward(operations = this.operations) {
    for (const { out, forward } of operations) {
      this.floats.fill(0, out.grad / BYTES, out.grad / BYTES + out.size);
      forward();
    }
  }

  /** Forwards through the blocks in this order; past one that is not in it, what comes is passed on. @param {number[]} order */
  through(order) {
    const { units, operations } = this;
    let { x } = units[0];
    const pass = (/** @type {Value} */ to) => {
      if (to !== x) this.#view(to.data, to.size).set(this.#view(x.data, x.size));
    };
    this.forward(operations.slice(0, units[0].from));
    for (const place of order) {
      const unit = units[place];
      pass(unit.x);
      this.forward(operations.slice(unit.from, unit.to));
      x = unit.y;
    }
    const last = units[units.length - 1];
    pass(last.y);
    this.forward(operations.slice(last.to));
  }

  backward(operations = this.operations) {
    for (let i = operations.length - 1; i >= 0; i--) operations[i].backward();
  }

  /** One step of SGD with momentum; what was not computed rests. @param {number} rate @param {number} momentum @param {number} decay of weights alone */
  update(rate, momentum, decay) {
    for (const p of this.parameters)
      if (!p.resting) this.kernels.sgd(p.size, p.data, p.grad, p.velocity, rate, momentum, p.weight ? decay : 0);
  }

  // ── what a step has left behind ──

  /** The size of each layer's gradient; 0 for one that rested. */
  gradientNorms() {
    return this.layers.map((weights) => {
      const squares = weights.map((p) => (p.resting ? 0 : this.kernels.dot(p.size, p.grad, p.grad)));
      return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
    });
  }

  /** The mean transform gate of each highway block. */
  meanGates() {
    return this.gates.map((gate) => {
      let sum = 0;
      for (let row = 0; row < this.batch; row++) {
        const at = gate.data / BYTES + row * gate.stride;
        for (let i = at; i < at + gate.columns; i++) sum += this.floats[i];
      }
      return sum / (this.batch * gate.columns);
    });
  }

  /** 1 for each block that was computed, 0 for one that was not. */
  alive() {
    return this.blocks.map((block) => Number(block.alive));
  }
}

/** Where the rows of a parameter begin: [without padding, with it, numbers]. @param {Parameter} p @returns {[number, number, number][]} */
function rowsOf({ rows, columns, parts, stride }) {
  const count = columns / parts;
  return Array.from({ length: rows * parts }, (_, i) => [i * count, (i * stride) / parts, count]);
}

/** Let a memory have so many bytes, at once: each growth may copy it. @param {WebAssembly.Memory} memory @param {number} bytes */
function grow(memory, bytes) {
  const missing = bytes - memory.buffer.byteLength;
  try {
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  } catch {
    const needed = `the network needs ${Math.ceil(bytes / 2 ** 20)} MB, more than this page may have`;
    throw new Error(`${needed} (4096 MB at most): take fewer or narrower layers`);
  }
}
