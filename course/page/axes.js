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
 * The positions moved apart to at least `gap`, each group around its own middle, the order kept; all of them between
 * `low` and `high` if there is room.
 * @param {number[]} positions
 * @param {number} gap
 */
export function spread(positions, gap, low = -Infinity, high = Infinity) {
  /** @type {{ members: number[], begin: number }[]} */
  const groups = [];
  const place = (/** @type {number[]} */ members) => {
    const middle = members.reduce((sum, i, k) => sum + positions[i] - k * gap, 0) / members.length;
    return Math.max(Math.min(middle, high - gap * (members.length - 1)), low);
  };
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
