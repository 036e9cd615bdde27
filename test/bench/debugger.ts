// How fast the debugger is on large layers, forward and backward.   npm run bench:debugger [-- PART …]
//   A part is one of the names below; without one all are measured, some minutes. DEBUGGER.md is written.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { format } from "prettier";
import { Trace } from "../../src/trace/moment/trace";
import { measureAsking, measureReasons } from "./debugger/asking";
import { measureFinding, measureMismatch } from "./debugger/finding";
import {
  asked,
  deep,
  exact,
  heavy,
  inputsOf,
  long,
  many,
  middle,
  photo,
  reduced,
  runOf,
  wide,
} from "./debugger/layers";
import type { Row } from "./debugger/record";
import { measureEntering, measureSeeking } from "./debugger/seeking";
import { measureShowing } from "./debugger/showing";
import { measureReducing, measureWalking } from "./debugger/walking";

const RECORD = "test/bench/DEBUGGER.md";

const parts = {
  walking: [wide, middle, deep, exact].map(
    (layer) => async () => measureWalking(new Trace(await runOf(inputsOf(layer))), layer.name),
  ),
  reducing: [() => runOf(inputsOf(reduced)).then((run) => measureReducing(new Trace(run), reduced.name))],
  seeking: [wide, deep, exact, long, photo].map((layer) => async () => {
    const run = await runOf(inputsOf(layer));
    return [...measureSeeking(run, layer.name), ...measureEntering(run, layer.name)];
  }),
  finding: [
    ...(["x", "dout"] as const).map((tensor) => () => measureFinding(wide, tensor, NaN, "nan")),
    () => measureFinding(wide, "x", Infinity, "infinity"),
    () => measureFinding(wide, "x", 3e38, "overflow"),
    () => measureFinding(many, "dout", NaN, "nan"),
    () => measureFinding(many, "W", NaN, "nan"),
    () => measureFinding(heavy, "W", NaN, "nan"),
    () => measureFinding(heavy, "dout", NaN, "nan"),
    () => measureMismatch(wide, "dx"),
    () => measureMismatch(many, "out"),
    () => measureMismatch(heavy, "dW"),
  ],
  reasons: [wide, deep, photo].map(
    (layer) => async () => measureReasons(new Trace(await runOf(inputsOf(layer))), layer.name),
  ),
  showing: [() => runOf(inputsOf(wide)).then((run) => measureShowing(run, wide.name))],
  asking: [asked, middle, wide].map(
    (layer) => async () => measureAsking(new Trace(await runOf(inputsOf(layer))), layer.name),
  ),
};

/** Each part is a section of the record: those that are not measured now stay as they are. */
async function main(): Promise<void> {
  const named = process.argv.slice(2);
  const before = existsSync(RECORD) ? readFileSync(RECORD, "utf8").split(/^## /m) : [];
  const sections: string[] = [];
  for (const [name, measures] of Object.entries(parts)) {
    const known = before.find((section) => section.startsWith(`${name}\n`));
    if (named.length > 0 && !named.includes(name)) {
      if (known !== undefined) sections.push(known.trim());
      continue;
    }
    const lines = ["| what | layer | measured | goal | |", "| --- | --- | --- | --- | --- |"];
    for (const measure of measures) for (const row of await measure()) lines.push(print(row));
    sections.push(`${name}\n\n${lines.join("\n")}`);
  }
  const text = [head(), ...sections.map((section) => `## ${section}`)].join("\n\n");
  writeFileSync(RECORD, await format(`${text}\n`, { parser: "markdown" }));
}

function print({ what, layer, measured, goal, met }: Row): string {
  const word = met ? "" : "BELOW";
  console.log([what.padEnd(60), layer.padEnd(28), measured.padEnd(40), goal.padEnd(14), word].join(" "));
  return `| ${[what.replaceAll("|", "\\|"), layer, measured, goal, word].join(" | ")} |`;
}

function head(): string {
  return `# How fast the debugger is

\`npm run bench:debugger\`, on ${cpus()[0].model}, Node ${process.versions.node}. Times are the processor's, so that others on the
machine do not count. A condition is one of which nothing is known but at the step itself; a move is followed by all that is shown of the
moment; a filter runs from the start of each stage to the next stop or to the end; of an expression, # is the largest
that is worked out rather than refused as too much.`;
}

void main();
