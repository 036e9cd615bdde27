import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { ContestantName } from "./contestants";
import type { MemoryRecord } from "./measure/memory";
import type { LayerRecord } from "./measure/rounds";
import type { Crossing, SmallRecord } from "./measure/small";
import type { Turn } from "./protocol";

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly vectors: string;
  readonly system: string;
  readonly node: string;
}

/** All that was measured. Tables, verdicts and the chart are worked out from it. */
export interface Measurements {
  readonly date: string;
  readonly commit: string;
  readonly command: string;
  readonly threads: number;
  readonly turn: Turn;
  readonly machine: Machine;
  readonly versions: Readonly<Partial<Record<ContestantName, string>>>;
  readonly layers: readonly LayerRecord[];
  readonly memory: Readonly<Record<string, MemoryRecord>>;
  readonly smallest?: SmallRecord;
  readonly coldStartMs?: number;
  readonly crossing: readonly Crossing[];
}

const file = fileURLToPath(new URL("../../out/bench.json", import.meta.url));

export function saveMeasurements(measurements: Measurements): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(measurements));
}

export function savedMeasurements(): Measurements | undefined {
  // Written by saveMeasurements, read by the same version.
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Measurements) : undefined;
}

const git = (...args: readonly string[]) => {
  try {
    return execFileSync("git", args, { encoding: "utf8", cwd: dirname(fileURLToPath(import.meta.url)) }).trim();
  } catch {
    return "";
  }
};

/** The commit, with a + if files of the engine or the benchmark differ from it. */
export function commitName(): string {
  const changed = git("status", "--porcelain", "--untracked-files=no", "--", "../../src", ".") !== "";
  return (git("rev-parse", "--short", "HEAD") || "unknown") + (changed ? "+" : "");
}

export function thisMachine(): Machine {
  const info = existsSync("/proc/cpuinfo") ? readFileSync("/proc/cpuinfo", "utf8") : "";
  const flags = new Set(/^flags\s*:(.*)$/m.exec(info)?.[1].trim().split(" "));
  const known = ["sse4_1", "avx", "avx2", "fma", "avx512f", "avx512_vnni"].filter((flag) => flags.has(flag));
  const named = existsSync("/etc/os-release")
    ? /^PRETTY_NAME="(.*)"$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1]
    : undefined;
  return {
    processor: cpus()[0].model,
    cores: cpus().length,
    vectors: known.join(" "),
    system: `${named ?? process.platform}, kernel ${release()}`,
    node: process.version,
  };
}
