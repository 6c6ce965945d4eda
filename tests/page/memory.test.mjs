import assert from "node:assert/strict";
import test from "node:test";
import { mlp } from "../../course/page/engine/mlp.js";
import { kernelsOf } from "./engine.mjs";

test("a network that is too large is refused at once, with what it needs", () => {
  const large = { kind: "highway", depth: 1000, width: 500 };
  const words = "the network needs (\\d+) MB, more than this page may have \\(4096 MB at most\\): take fewer";
  assert.throws(() => mlp(kernelsOf()(), large), new RegExp(words));
});
