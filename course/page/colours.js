// The colours of a map, between the steps of its scale.

/** @typedef {(share: number) => number[]} Colour red, green and blue of a share from 0 to 1 */

/** @param {string[]} stops as #rrggbb @returns {Colour} */
export function colours(stops) {
  const table = stops.map((hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)));
  return (share) => {
    const t = Math.max(0, Math.min(1, share)) * (table.length - 1);
    const i = Math.min(table.length - 2, Math.floor(t));
    return table[i].map((value, channel) => Math.round(value + (t - i) * (table[i + 1][channel] - value)));
  };
}
