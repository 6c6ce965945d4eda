// PyTorch's random numbers, so that a seed gives the page the notebook's weights, order of images and dropped blocks.

import { cosSin, log } from "./pinned.js";

const SIZE = 624; // words of the Mersenne twister's state
const SHIFT = 397;
const TOGETHER = 16; // normal numbers are drawn in eights and eights, and one by one where there are fewer

/** `torch.Generator` on a CPU: a Mersenne twister (Matsumoto & Nishimura 1998), and what is drawn from it. */
export class Random {
  #state = new Uint32Array(SIZE);
  #next = SIZE;
  /** @type {number | null} the second of a pair of normal numbers, until it is asked for */ #kept = null;

  /** @param {number} seed a whole number below 2^32 */
  constructor(seed) {
    this.#state[0] = seed;
    for (let i = 1; i < SIZE; i++) {
      const before = this.#state[i - 1] ^ (this.#state[i - 1] >>> 30);
      this.#state[i] = Math.imul(1812433253, before) + i;
    }
  }

  /** 32 random bits. */
  bits() {
    const s = this.#state;
    if (this.#next === SIZE) {
      for (let i = 0; i < SIZE; i++) {
        const y = (s[i] & 0x80000000) | (s[(i + 1) % SIZE] & 0x7fffffff);
        s[i] = s[(i + SHIFT) % SIZE] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      this.#next = 0;
    }
    let y = s[this.#next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** `torch.rand(())`: in [0, 1), 24 bits. */
  uniform() {
    return (this.bits() & 0xffffff) / 2 ** 24;
  }

  /** The same in float64: 53 bits. */
  #uniformDouble() {
    const high = this.bits() & 0x1fffff;
    return (high * 2 ** 32 + this.bits()) / 2 ** 53;
  }

  /** `torch.randperm(n)`. @param {number} n */
  permutation(n) {
    const order = Uint16Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < n - 1; i++) {
      const j = i + (this.bits() % (n - i));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  /** `Tensor.normal_(0, deviation)` of n numbers, by Box & Muller. @param {number} n @param {number} deviation */
  normal(n, deviation) {
    if (n < TOGETHER) return Float32Array.from({ length: n }, () => this.#normalDouble() * deviation);
    const out = Float32Array.from({ length: n }, () => this.uniform());
    for (let at = 0; at + TOGETHER <= n; at += TOGETHER) pairs(out, at, deviation);
    if (n % TOGETHER) {
      for (let i = n - TOGETHER; i < n; i++) out[i] = this.uniform(); // the last sixteen are drawn anew
      pairs(out, n - TOGETHER, deviation);
    }
    return out;
  }

  /** `torch.randn` in float64, of sixteen numbers or a multiple of them: millions that are only looked at, so that the
   * browser's own functions do, and are ten times faster. @param {number} n */
  normalDoubles(n) {
    const out = Float64Array.from({ length: n }, () => this.#uniformDouble());
    const half = TOGETHER / 2;
    for (let at = 0; at < n; at += TOGETHER)
      for (let i = at; i < at + half; i++) {
        const radius = Math.sqrt(-2 * Math.log(1 - out[i]));
        const angle = 2 * Math.PI * out[i + half];
        out[i] = radius * Math.cos(angle);
        out[i + half] = radius * Math.sin(angle);
      }
    return out;
  }

  /** `Tensor.uniform_(-bound, bound)` of n numbers. @param {number} n @param {number} bound */
  between(n, bound) {
    return Float32Array.from({ length: n }, () => this.uniform() * 2 * bound - bound);
  }

  /** Another one that gives the same numbers from here on. */
  copy() {
    const other = new Random(0);
    other.#state.set(this.#state);
    other.#next = this.#next;
    other.#kept = this.#kept;
    return other;
  }

  #normalDouble() {
    const kept = this.#kept;
    this.#kept = null;
    if (kept !== null) return kept;
    const [cos, sin] = cosSin(this.#uniformDouble());
    const radius = Math.sqrt(-2 * log(1 - this.#uniformDouble()));
    this.#kept = radius * sin;
    return radius * cos;
  }
}

/** Sixteen uniform numbers become eight pairs of normal ones. @param {Float32Array} out @param {number} at @param {number} deviation */
function pairs(out, at, deviation) {
  const half = TOGETHER / 2;
  for (let i = at; i < at + half; i++) {
    const radius = Math.sqrt(-2 * log(1 - out[i])) * deviation;
    const [cos, sin] = cosSin(out[i + half]);
    out[i] = radius * cos;
    out[i + half] = radius * sin;
  }
}

/** w ~ N(0, 2 / inputs), a matrix row after row. @param {Random} random @param {number} rows @param {number} columns */
export const heNormal = (random, rows, columns) => random.normal(rows * columns, Math.sqrt(2 / columns));

/**
 * Orthonormal rows or columns, whichever are fewer: Gram-Schmidt, twice, with positive lengths, which makes it unique.
 * @param {Random} random
 * @param {number} rows
 * @param {number} columns
 */
export function orthogonal(random, rows, columns) {
  const matrix = random.normal(rows * columns, 1);
  const wide = rows < columns;
  const [count, length] = wide ? [rows, columns] : [columns, rows];
  const place = (/** @type {number} */ v, /** @type {number} */ i) => (wide ? v * columns + i : i * columns + v);
  /** @type {Float64Array[]} */
  const found = [];
  for (let v = 0; v < count; v++) {
    const vector = Float64Array.from({ length }, (_, i) => matrix[place(v, i)]);
    for (const other of [...found, ...found]) subtract(vector, other, inner(vector, other));
    const norm = Math.sqrt(inner(vector, vector));
    for (let i = 0; i < length; i++) matrix[place(v, i)] = vector[i] /= norm;
    found.push(vector);
  }
  return matrix;
}

/** [V, -V] with V orthogonal: after a CReLU it is the linear layer V. @param {Random} random @param {number} rows @param {number} columns */
export function looksLinear(random, rows, columns) {
  const half = columns / 2;
  const v = orthogonal(random, rows, half);
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const row = Math.floor(i / columns);
    const column = i % columns;
    return column < half ? v[row * half + column] : -v[row * half + column - half];
  });
}

/** @param {Float64Array} a @param {Float64Array} b */
function inner(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** a -= share b. @param {Float64Array} a @param {Float64Array} b @param {number} share */
function subtract(a, b, share) {
  for (let i = 0; i < a.length; i++) a[i] -= share * b[i];
}
