// Products of matrices in double precision, row after row, for small networks that are looked at and not trained.

/** a bᵀ, for rows of so many numbers. @param {Float64Array} a @param {Float64Array} b @param {number} inner */
export function multiplied(a, b, inner) {
  const [rows, columns] = [a.length / inner, b.length / inner];
  const out = new Float64Array(rows * columns);
  const fours = rows - (rows % 4);
  for (let j = 0; j < columns; j++) {
    const at = j * inner;
    for (let i = 0; i < fours; i += 4) {
      const first = i * inner;
      const [second, third, fourth] = [first + inner, first + 2 * inner, first + 3 * inner];
      let [s, t, u, v] = [0, 0, 0, 0];
      for (let k = 0; k < inner; k++) {
        const weight = b[at + k];
        s += a[first + k] * weight;
        t += a[second + k] * weight;
        u += a[third + k] * weight;
        v += a[fourth + k] * weight;
      }
      out[i * columns + j] = s;
      out[(i + 1) * columns + j] = t;
      out[(i + 2) * columns + j] = u;
      out[(i + 3) * columns + j] = v;
    }
    for (let i = fours; i < rows; i++)
      for (let k = 0; k < inner; k++) out[i * columns + j] += a[i * inner + k] * b[at + k];
  }
  return out;
}

/** @param {Float64Array} a @param {number} columns */
export function transposed(a, columns) {
  const rows = a.length / columns;
  const out = new Float64Array(a.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j];
  return out;
}
