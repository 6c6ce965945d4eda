// The arithmetic of the engine, for WebAssembly: four floats at a time. Matrices are row-major, and every row is padded
// with zeros to a multiple of four floats, so that no loop has a rest. Zeros go in, zeros come out: padding stays 0.
// A kernel named `…Back` ADDS to the gradients of its inputs, because a value may be used more than once.
#include <wasm_simd128.h>
#define EXPORT(name) __attribute__((export_name(#name)))
#define INLINE static inline __attribute__((always_inline))
#define EACH for (int i = 0; i < n; i += 4)
#define LOAD(pointer) wasm_v128_load(pointer)
#define STORE(pointer, vector) wasm_v128_store(pointer, vector)
#define ALL(number) wasm_f32x4_splat(number)
#define ADD wasm_f32x4_add
#define SUB wasm_f32x4_sub
#define MUL wasm_f32x4_mul
#define DIV wasm_f32x4_div
#define MAX wasm_f32x4_pmax
#define POSITIVE(vector) wasm_f32x4_gt(vector, ALL(0))
typedef v128_t Vector;

// ── matrices ──

// 4 rows by 4 * `vectors` columns of C = A B stay in registers while k runs over the sum.
INLINE void tile(const int vectors, int K, const float *A, int down, int right, const float *B, int ldb, float *C, int ldc,
                 const float *bias, int add) {
  Vector c[4][3];
#pragma unroll
  for (int r = 0; r < 4; r++)
#pragma unroll
    for (int j = 0; j < vectors; j++) c[r][j] = bias ? LOAD(bias + 4 * j) : add ? LOAD(C + r * ldc + 4 * j) : ALL(0);
  for (int k = 0; k < K; k++, A += right, B += ldb) {
    Vector b[3];
#pragma unroll
    for (int j = 0; j < vectors; j++) b[j] = LOAD(B + 4 * j);
#pragma unroll
    for (int r = 0; r < 4; r++) {
      Vector a = wasm_v128_load32_splat(A + r * down);
#pragma unroll
      for (int j = 0; j < vectors; j++) c[r][j] = ADD(MUL(a, b[j]), c[r][j]);
    }
  }
#pragma unroll
  for (int r = 0; r < 4; r++)
#pragma unroll
    for (int j = 0; j < vectors; j++) STORE(C + r * ldc + 4 * j, c[r][j]);
}

// C (M x N) = A B + bias, or C += A B with `add`. Element (m, k) of A is A[m * down + k * right]: exchange the two for A^T.
EXPORT(matmul) void matmul(int M, int N, int K, const float *A, int down, int right, const float *B, int ldb, float *C,
                           int ldc, const float *bias, int add) {
  for (int n = 0; n < N;) {
    int left = (N - n) / 4, vectors = left == 4 || left == 2 ? 2 : left == 1 ? 1 : 3;  // 13 = 3 + 3 + 3 + 2 + 2
    for (int m = 0; m < M; m += 4) {
      const float *a = A + m * down, *b = B + n, *from = bias ? bias + n : 0;
      float *c = C + m * ldc + n;
      if (vectors == 3) tile(3, K, a, down, right, b, ldb, c, ldc, from, add);
      else if (vectors == 2) tile(2, K, a, down, right, b, ldb, c, ldc, from, add);
      else tile(1, K, a, down, right, b, ldb, c, ldc, from, add);
    }
    n += 4 * vectors;
  }
}

EXPORT(transpose) void transpose(int rows, int columns, const float *A, float *T) {  // T[c][r] = A[r][c], 4 x 4 at a time
  for (int r = 0; r < rows; r += 4)
    for (int c = 0; c < columns; c += 4) {
      const float *p = A + r * columns + c;
      Vector a = LOAD(p), b = LOAD(p + columns), d = LOAD(p + 2 * columns), e = LOAD(p + 3 * columns);
      Vector x = wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), y = wasm_i32x4_shuffle(a, b, 2, 6, 3, 7);
      Vector z = wasm_i32x4_shuffle(d, e, 0, 4, 1, 5), w = wasm_i32x4_shuffle(d, e, 2, 6, 3, 7);
      float *t = T + c * rows + r;
      STORE(t, wasm_i32x4_shuffle(x, z, 0, 1, 4, 5));
      STORE(t + rows, wasm_i32x4_shuffle(x, z, 2, 3, 6, 7));
      STORE(t + 2 * rows, wasm_i32x4_shuffle(y, w, 0, 1, 4, 5));
      STORE(t + 3 * rows, wasm_i32x4_shuffle(y, w, 2, 3, 6, 7));
    }
}

EXPORT(columnSums) void columnSums(int rows, int columns, const float *A, float *sums) {
  for (int c = 0; c < columns; c += 4) {
    Vector s = ALL(0);
    for (int r = 0; r < rows; r++) s = ADD(s, LOAD(A + r * columns + c));
    STORE(sums + c, s);
  }
}

EXPORT(dot) float dot(int n, const float *a, const float *b) {
  Vector s = ALL(0);
  EACH s = ADD(s, MUL(LOAD(a + i), LOAD(b + i)));
  return wasm_f32x4_extract_lane(s, 0) + wasm_f32x4_extract_lane(s, 1) + wasm_f32x4_extract_lane(s, 2) +
         wasm_f32x4_extract_lane(s, 3);
}

// ── rectifiers ──

EXPORT(relu) void relu(int n, const float *x, float *y) { EACH STORE(y + i, MAX(LOAD(x + i), ALL(0))); }
EXPORT(reluBack) void reluBack(int n, const float *y, const float *dy, float *dx) {
  EACH STORE(dx + i, ADD(LOAD(dx + i), wasm_v128_and(LOAD(dy + i), POSITIVE(LOAD(y + i)))));
}

// y = [relu(x), relu(-x)]: a row of `columns` becomes two, each padded by itself.
EXPORT(crelu) void crelu(int rows, int columns, const float *x, float *y) {
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < columns; c += 4) {
      Vector v = LOAD(x + r * columns + c);
      STORE(y + 2 * r * columns + c, MAX(v, ALL(0)));
      STORE(y + (2 * r + 1) * columns + c, MAX(wasm_f32x4_neg(v), ALL(0)));
    }
}
EXPORT(creluBack) void creluBack(int rows, int columns, const float *y, const float *dy, float *dx) {
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < columns; c += 4) {
      int p = 2 * r * columns + c, q = p + columns;
      Vector plus = wasm_v128_and(LOAD(dy + p), POSITIVE(LOAD(y + p)));
      Vector minus = wasm_v128_and(LOAD(dy + q), POSITIVE(LOAD(y + q)));
      STORE(dx + r * columns + c, ADD(LOAD(dx + r * columns + c), SUB(plus, minus)));
    }
}

// ── gates ──

INLINE Vector exponential(Vector x) {  // Cephes' expf: 2^n times a polynomial on +-ln(2)/2
  x = wasm_f32x4_pmin(MAX(x, ALL(-87)), ALL(88));
  Vector n = wasm_f32x4_nearest(MUL(x, ALL(1.44269504f)));
  x = SUB(SUB(x, MUL(n, ALL(0.693359375f))), MUL(n, ALL(-2.12194440e-4f)));
  Vector p = ALL(1.9875691500e-4f);
  p = ADD(MUL(p, x), ALL(1.3981999507e-3f)), p = ADD(MUL(p, x), ALL(8.3334519073e-3f));
  p = ADD(MUL(p, x), ALL(4.1665795894e-2f)), p = ADD(MUL(p, x), ALL(1.6666665459e-1f));
  p = ADD(MUL(p, x), ALL(5.0000001201e-1f)), p = ADD(ADD(MUL(p, MUL(x, x)), x), ALL(1));
  return MUL(p, wasm_i32x4_shl(wasm_i32x4_add(wasm_i32x4_trunc_sat_f32x4(n), wasm_i32x4_splat(127)), 23));
}
EXPORT(sigmoid) void sigmoid(int n, const float *x, float *y) {
  EACH STORE(y + i, DIV(ALL(1), ADD(ALL(1), exponential(wasm_f32x4_neg(LOAD(x + i))))));
}
EXPORT(sigmoidBack) void sigmoidBack(int n, const float *y, const float *dy, float *dx) {
  EACH STORE(dx + i, ADD(LOAD(dx + i), MUL(LOAD(dy + i), MUL(LOAD(y + i), SUB(ALL(1), LOAD(y + i))))));
}

EXPORT(mix) void mix(int n, const float *t, const float *h, const float *x, float *y) {  // y = t h + (1 - t) x
  EACH STORE(y + i, ADD(MUL(LOAD(t + i), LOAD(h + i)), MUL(SUB(ALL(1), LOAD(t + i)), LOAD(x + i))));
}
EXPORT(mixBack) void mixBack(int n, const float *t, const float *h, const float *x, const float *dy, float *dt, float *dh,
                             float *dx) {
  EACH {
    Vector d = LOAD(dy + i), through = MUL(d, LOAD(t + i));
    STORE(dt + i, ADD(LOAD(dt + i), MUL(d, SUB(LOAD(h + i), LOAD(x + i)))));
    STORE(dh + i, ADD(LOAD(dh + i), through));
    STORE(dx + i, ADD(LOAD(dx + i), SUB(d, through)));
  }
}

// ── sums ──

EXPORT(sum) void sum(int n, const float *a, float scale, const float *b, float *y) {  // y = a + scale b
  EACH STORE(y + i, ADD(LOAD(a + i), MUL(ALL(scale), LOAD(b + i))));
}
EXPORT(addScaled) void addScaled(int n, float scale, const float *x, float *y) {  // y += scale x
  EACH STORE(y + i, ADD(LOAD(y + i), MUL(ALL(scale), LOAD(x + i))));
}

// ── batch norm ──

// xhat = (x - mean) / sqrt(variance + 1e-5), y = gain xhat + shift, over the rows. `statistics`: mean, 1 / deviation,
// running mean, running variance, `columns` floats each; the running ones move by a tenth, the variance unbiased.
EXPORT(norm) void norm(int rows, int columns, const float *x, const float *gain, const float *shift, float *xhat, float *y,
                       float *statistics) {
  for (int c = 0; c < columns; c += 4) {
    Vector mean = ALL(0), squares = ALL(0);
    for (int r = 0; r < rows; r++) mean = ADD(mean, LOAD(x + r * columns + c));
    mean = MUL(mean, ALL(1.0f / rows));
    for (int r = 0; r < rows; r++) {
      Vector d = SUB(LOAD(x + r * columns + c), mean);
      squares = ADD(squares, MUL(d, d));
    }
    Vector inverse = DIV(ALL(1), wasm_f32x4_sqrt(ADD(MUL(squares, ALL(1.0f / rows)), ALL(1e-5f))));
    Vector unbiased = MUL(squares, ALL(1.0f / (rows - 1))), g = LOAD(gain + c), b = LOAD(shift + c);
    float *running = statistics + 2 * columns + c;
    STORE(statistics + c, mean), STORE(statistics + columns + c, inverse);
    STORE(running, ADD(MUL(LOAD(running), ALL(0.9f)), MUL(mean, ALL(0.1f))));
    STORE(running + columns, ADD(MUL(LOAD(running + columns), ALL(0.9f)), MUL(unbiased, ALL(0.1f))));
    for (int r = 0; r < rows; r++) {
      Vector h = MUL(SUB(LOAD(x + r * columns + c), mean), inverse);
      STORE(xhat + r * columns + c, h), STORE(y + r * columns + c, ADD(MUL(h, g), b));
    }
  }
}
EXPORT(normEval) void normEval(int rows, int columns, const float *x, const float *gain, const float *shift, float *y,
                               const float *statistics) {
  for (int c = 0; c < columns; c += 4) {
    const float *running = statistics + 2 * columns + c;
    Vector g = DIV(LOAD(gain + c), wasm_f32x4_sqrt(ADD(LOAD(running + columns), ALL(1e-5f))));
    for (int r = 0; r < rows; r++)
      STORE(y + r * columns + c, ADD(MUL(SUB(LOAD(x + r * columns + c), LOAD(running)), g), LOAD(shift + c)));
  }
}
// dx += gain / deviation (dy - mean(dy) - xhat mean(dy xhat)); the gradients of gain and shift are sums over the rows.
EXPORT(normBack) void normBack(int rows, int columns, const float *xhat, const float *gain, const float *statistics,
                               const float *dy, float *dx, float *dgain, float *dshift) {
  for (int c = 0; c < columns; c += 4) {
    Vector s = ALL(0), t = ALL(0), share = ALL(1.0f / rows);
    for (int r = 0; r < rows; r++) {
      Vector d = LOAD(dy + r * columns + c);
      s = ADD(s, d), t = ADD(t, MUL(d, LOAD(xhat + r * columns + c)));
    }
    STORE(dshift + c, s), STORE(dgain + c, t);
    Vector k = MUL(LOAD(gain + c), LOAD(statistics + columns + c));
    s = MUL(s, share), t = MUL(t, share);
    for (int r = 0; r < rows; r++) {
      Vector d = SUB(SUB(LOAD(dy + r * columns + c), s), MUL(LOAD(xhat + r * columns + c), t));
      STORE(dx + r * columns + c, ADD(LOAD(dx + r * columns + c), MUL(k, d)));
    }
  }
}

// ── stochastic gradient descent ──

// v <- momentum v + g + decay w, w <- w - rate v
EXPORT(sgd) void sgd(int n, float *w, const float *g, float *v, float rate, float momentum, float decay) {
  EACH {
    Vector gradient = ADD(LOAD(g + i), MUL(ALL(decay), LOAD(w + i)));
    Vector velocity = ADD(MUL(ALL(momentum), LOAD(v + i)), gradient);
    STORE(v + i, velocity), STORE(w + i, SUB(LOAD(w + i), MUL(ALL(rate), velocity)));
  }
}
