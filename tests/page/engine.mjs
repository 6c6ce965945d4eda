// The page's engine for tests and benchmarks: in node, from the committed kernels or from others.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { digitsOf } from "../../course/page/engine/digits.js";

const COURSE = new URL("../../course/", import.meta.url);
const KERNELS = new URL("page/engine/kernels.wasm", COURSE);

/** What makes a fresh instance of the kernels. */
export function kernelsOf(path = KERNELS) {
  const module = new WebAssembly.Module(readFileSync(path));
  return () => new WebAssembly.Instance(module).exports;
}

export const digits = digitsOf(gunzipSync(readFileSync(new URL("data/digits.csv.gz", COURSE))).toString());
