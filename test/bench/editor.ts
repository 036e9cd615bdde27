/**
 * How long one waits in the editor: from a key to the new picture, for a tensor of a paused program, for the cause of a mismatch. By the
 * clock, so that nobody else may be at work on the machine.   npm run bench:editor
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { format } from "prettier";
import type { Row } from "./debugger/record";
import { measureExplaining } from "./editor/explaining";
import { measurePaused } from "./editor/paused";
import { measureTyping } from "./editor/typing";

async function main(): Promise<void> {
  const rows: Row[] = [];
  for (const measure of [measureTyping, measurePaused, measureExplaining])
    for (const row of await measure()) {
      console.log(`${row.what}, ${row.layer}: ${row.measured} (${row.goal})${row.met ? "" : " BELOW"}`);
      rows.push(row);
    }
  const lines = rows.map(
    ({ what, layer, measured, goal, met }) => `| ${what} | ${layer} | ${measured} | ${goal} | ${met ? "" : "BELOW"} |`,
  );
  const head = `# How long one waits in the editor

\`npm run bench:editor\` on ${cpus().length} × ${cpus()[0].model.trim()}, Node ${process.versions.node}, by the clock. Typing is in the
served VS Code, whose window and panel share one thread and are drawn without a graphics card; a tensor is read through debugpy.

| what | of | measured | goal | |
| --- | --- | --- | --- | --- |`;
  const record = await format(`${head}\n${lines.join("\n")}\n`, { parser: "markdown", printWidth: 120 });
  writeFileSync(join(__dirname, "EDITOR.md"), record);
}

void main();
