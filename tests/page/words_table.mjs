// Writes a table of numbers as the page does, for tests/test_wording.py: [[form, value], …] in, their words out.
import { readFileSync } from "node:fs";
import { decimals, duration, general, number, percent, ranges, rate, tick } from "../../course/page/words.js";

const FORMS = { decimals, general, number, percent, ranges, rate, tick, seconds: duration };
const SPECIAL = { inf: Infinity, "-inf": -Infinity, nan: NaN }; // JSON has no such numbers

const table = JSON.parse(readFileSync(0, "utf8"));
const words = table.map(([form, value]) => FORMS[form](Object.hasOwn(SPECIAL, value) ? SPECIAL[value] : value));
process.stdout.write(JSON.stringify(words));
