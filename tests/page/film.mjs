// A frame of a film as the page draws it: {look, frame, width, theme} in, SVG out, for tests/test_computed.py.
import { readFileSync } from "node:fs";
import { restored } from "../../course/page/filmed.js";
import { rowOf } from "../../course/page/views/row.js";

const { look, frame, width, theme } = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(rowOf(frame.views.map(restored), width, look, theme)));
