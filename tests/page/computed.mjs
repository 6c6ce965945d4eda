// What the page computes for labs whose views follow their controls, for tests/test_computed.py to hold against the labs
// themselves: {name, look, cases: [{settings, width, theme}]} in; of each case the first frame and the last, as data and
// as SVG.
import { readFileSync } from "node:fs";
import { COMPUTED } from "../../course/page/computed/frames.js";
import { rowOf } from "../../course/page/views/row.js";
import { digits, kernelsOf } from "./engine.mjs";

const { name, look, cases } = JSON.parse(readFileSync(0, "utf8"));
const tools = { kernels: kernelsOf(), digits };
const told = (_, value) => {
  if (ArrayBuffer.isView(value)) return Array.from(value);
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
};
const shown = cases.map(({ settings, width, theme }) => {
  const seen = [];
  for (const frame of COMPUTED[name](settings, tools)) {
    if (seen.length > 1) seen.pop();
    seen.push(frame());
  }
  return seen.map(({ views, summary }) => ({ views, summary, drawn: rowOf(views, width, look, theme) }));
});
process.stdout.write(JSON.stringify(shown, told));
