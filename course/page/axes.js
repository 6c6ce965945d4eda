// Where values and labels go along an axis: the same as course/views/axes.py computes.

/**
 * Exponents of a log axis: from 0.001 to 10, growing downwards by whole decades to hold the smallest value.
 * @param {Iterable<number>} values
 * @returns {[number, number]}
 */
export function decades(values, low = -3, high = 1) {
  let smallest = Infinity;
  for (const value of values) if (value > 0 && value < smallest) smallest = value;
  if (smallest === Infinity) smallest = 1;
  return [Math.min(low, Math.max(Math.floor(Math.log10(smallest)), -12)), high];
}

/**
 * Round numbers between two limits, at most about `most`.
 * @param {number} low
 * @param {number} high
 */
export function ticks(low, high, most = 6) {
  const raw = (high - low) / most;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((s) => s * size).find((s) => s >= raw * 0.999) ?? raw;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => +((first + i) * step).toFixed(12) + 0);
}

/**
 * The positions moved apart to at least `gap`, each group around its own middle, the order kept.
 * @param {number[]} positions
 * @param {number} gap
 */
export function spread(positions, gap) {
  /** @type {{ members: number[], begin: number }[]} */
  const groups = [];
  const place = (/** @type {number[]} */ members) =>
    members.reduce((sum, i, k) => sum + positions[i] - k * gap, 0) / members.length;
  for (const index of [...positions.keys()].sort((a, b) => positions[a] - positions[b])) {
    let members = [index];
    for (let above = groups.at(-1); above; above = groups.at(-1)) {
      if (above.begin + above.members.length * gap <= place(members)) break;
      members = [...above.members, ...members];
      groups.pop();
    }
    groups.push({ members, begin: place(members) });
  }
  /** @type {number[]} */
  const moved = [];
  for (const { members, begin } of groups)
    members.forEach((i, k) => {
      moved[i] = begin + k * gap;
    });
  return moved;
}

/**
 * The same between two limits, which hold before the gap does.
 * @param {number[]} positions
 * @param {number} gap
 * @param {number} low
 * @param {number} high
 */
export function spreadBetween(positions, gap, low, high) {
  const fits = Math.min(gap, (high - low) / Math.max(1, positions.length - 1));
  const moved = spread(positions, fits);
  const order = [...moved.keys()].sort((a, b) => moved[a] - moved[b]);
  order.forEach((i, k) => {
    moved[i] = Math.max(moved[i], low + k * fits);
  });
  order.reverse().forEach((i, k) => {
    moved[i] = Math.min(moved[i], high - k * fits);
  });
  return moved;
}
