// How fast the engine is, side by side with others in one run.   npm run bench -- …
//   --quick           one image a layer, fewer rounds: under two minutes
//   --layers TEXT,…   layers whose name contains one of these; "small": what is measured of small layers
//   --peers NAME,…    engines by their names in contestants.ts; ours is always there
//   --threads N       default 2
//   --keep            adds the layers to those of the last run, so that one report covers both
//   --report          measures nothing, writes the last run's results again
// A run of everything writes RESULTS.md and media/bench.svg, as --keep and --report do.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildIfStale } from "../unit/engine/assets";
import { Child, bundlePeers } from "./child";
import { type ContestantName, contestantNames } from "./contestants";
import { type BenchLayer, benchLayers, smallestLayer } from "./layers";
import { measureColdStart, measureMemory } from "./measure/fresh";
import { type Effort, type LayerRecord, measureLayer } from "./measure/rounds";
import { measureCrossing, measureSmallest } from "./measure/small";
import { type Measurements, commitName, saveMeasurements, savedMeasurements, thisMachine } from "./record";
import { summary, writeResults } from "./report/results";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    layers: { type: "string", default: "" },
    peers: { type: "string", default: "" },
    threads: { type: "string", default: "2" },
    keep: { type: "boolean", default: false },
    report: { type: "boolean", default: false },
  },
});
const threads = Number(options.threads);
/** A virtual machine's processors may share theirs with others' for up to 200 ms after a rest: one thread then has 35 of its 57 GFLOP/s. */
const effort: Effort = options.quick
  ? { turn: { untimedMs: 20, timedMs: 60, most: 15 }, warmMs: 200, least: 3, most: 9, ms: 1500 }
  : { turn: { untimedMs: 250, timedMs: 300, most: 30 }, warmMs: 200, least: 5, most: 15, ms: 6000 };

function chosenLayers(): readonly BenchLayer[] {
  const words = options.layers.split(",").filter((word) => word !== "");
  const sizes = options.quick ? benchLayers.slice(0, benchLayers.length / 2) : benchLayers;
  return words.length === 0 ? sizes : benchLayers.filter(({ name }) => words.some((word) => name.includes(word)));
}

function chosenPeers(): readonly ContestantName[] {
  const words = options.peers.split(",").filter((word) => word !== "");
  const unknown = words.filter((word) => !contestantNames.some((name) => name === word));
  if (unknown.length > 0)
    throw new Error(`No such engine: ${unknown.join(", ")}. There are: ${contestantNames.join(", ")}.`);
  return words.length === 0
    ? contestantNames
    : contestantNames.filter((name) => name === "engine" || words.includes(name));
}

async function measureSideBySide(layers: readonly BenchLayer[], folder: string) {
  const children: Child[] = [];
  const versions: Partial<Record<ContestantName, string>> = {};
  const records: LayerRecord[] = [];
  try {
    for (const name of chosenPeers()) {
      const { child, version } = await Child.start(name, threads);
      children.push(child);
      versions[name] = version;
    }
    for (const layer of layers) {
      const started = performance.now();
      const record = await measureLayer(children, layer, join(folder, "layer"), effort);
      records.push(record);
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      const others = `${record.disturbed} left out as disturbed, at most ${(100 * record.others).toFixed(0)} % of the machine taken by others`;
      console.log(`${layer.name.padEnd(36)} results agree; ${record.rounds.length} rounds, ${others}; ${seconds} s`);
    }
  } finally {
    await Promise.all(children.map((child) => child.end()));
  }
  return { versions, layers: records };
}

async function measure(folder: string): Promise<Measurements> {
  buildIfStale();
  await bundlePeers();
  const layers = chosenLayers();
  const small = options.layers === "" ? options.peers === "" : options.layers.split(",").includes("small");
  const sideBySide = await measureSideBySide(layers, folder);
  const names = layers.map(({ name }) => name);
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commitName(),
    command: ["npm run bench", ...(process.argv.length > 2 ? ["--", ...process.argv.slice(2)] : [])].join(" "),
    threads,
    turn: effort.turn,
    machine: thisMachine(),
    ...sideBySide,
    memory: await measureMemory(folder, threads, [smallestLayer.name, ...names]),
    smallest: small ? await measureSmallest(threads) : undefined,
    coldStartMs: small ? await measureColdStart(folder, threads, options.quick ? 5 : 15) : undefined,
    crossing: small ? await measureCrossing(threads) : [],
  };
}

/** The new run, with what the old one has and the new one does not. */
function merged(old: Measurements, now: Measurements): Measurements {
  const known = [...old.layers, ...now.layers];
  const layers = benchLayers.flatMap(({ name }) => known.findLast(({ layer }) => layer === name) ?? []);
  return {
    ...now,
    command: "npm run bench -- --keep --layers …, some layers at a time",
    versions: { ...old.versions, ...now.versions },
    layers,
    memory: { ...old.memory, ...now.memory },
    smallest: now.smallest ?? old.smallest,
    coldStartMs: now.coldStartMs ?? old.coldStartMs,
    crossing: now.crossing.length > 0 ? now.crossing : old.crossing,
  };
}

async function main(): Promise<void> {
  const started = performance.now();
  const old = savedMeasurements();
  if (options.report) {
    if (old === undefined) throw new Error("Nothing has been measured yet.");
    await writeResults(old);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "conv-bench-"));
  try {
    const now = await measure(folder);
    const all = options.keep && old !== undefined ? merged(old, now) : now;
    saveMeasurements(all);
    console.log(`\n${summary(all)}\n\n${((performance.now() - started) / 1000).toFixed(0)} s`);
    const complete = !options.quick && options.layers === "" && options.peers === "";
    if (complete || options.keep) await writeResults(all);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
