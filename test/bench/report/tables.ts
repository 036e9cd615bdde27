// The tables of RESULTS.md, in Markdown; the terminal shows the same.
import { type ContestantName, type Pass, contestants } from "../contestants";
import { type Goal, goals, memoryGoal, smallGoals } from "../goals";
import type { Measurements } from "../record";
import { median } from "../statistics";
import { judge, measuredIn, rateOf } from "./rates";

/** Nothing at all without rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const widths = head.map((_, i) => Math.max(3, ...[head, ...rows].map((row) => row[i].length)));
  // The first column is text, the others are numbers.
  const cell = (text: string, i: number) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]));
  const line = (row: readonly string[]) => `| ${row.map(cell).join(" | ")} |`;
  const rule = widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(head), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

const fixed = (value: number | undefined, digits: number) => value?.toFixed(digits) ?? "–";
const rate = (value: number | undefined) => fixed(value, value !== undefined && value < 9.95 ? 1 : 0);

export function rateTable(measurements: Measurements, pass: Pass): string {
  const names = measuredIn(measurements, pass);
  const rows = measurements.layers.map((record) => [
    record.layer,
    ...names.map((name) => rate(rateOf(record, name, pass, measurements.threads))),
  ]);
  return table(["layer", ...names.map((name: ContestantName) => contestants[name].title)], rows);
}

function wanted({ mean, least }: Goal): string {
  const words = [mean === undefined ? "" : `mean ≥ ${mean}`, least === undefined ? "" : `each ≥ ${least}`];
  return words.filter((word) => word !== "").join(", ") || "–";
}

export function goalTable(measurements: Measurements): string {
  const rows = goals.flatMap((goal) => {
    const verdict = judge(goal, measurements);
    if (verdict === undefined) return [];
    const which = goal.layers === "all" ? "" : `, ${goal.layers}`;
    return [
      [
        `${contestants[goal.ours].title} / ${contestants[goal.against].title}, ${goal.pass}${which}`,
        fixed(verdict.mean, 2),
        fixed(verdict.least, 2),
        verdict.leastLayer,
        wanted(goal),
        verdict.verdict,
      ],
    ];
  });
  return table(["ratio of speeds", "mean", "least", "on", "goal", ""], rows);
}

/** Wall clock of the whole call of `engine.run`, against the sum of the two passes' own times. */
export function wallTable({ layers }: Measurements): string {
  const rows = layers.flatMap(({ layer, rounds, disturbed }) => {
    const turns = rounds.flatMap(({ engine }) => engine ?? []);
    if (turns.length === 0) return [];
    const of = (pick: (turn: (typeof turns)[number]) => number | undefined) =>
      median(turns.flatMap((turn) => pick(turn) ?? []));
    const [forward, backward, wall] = [of((t) => t.forwardMs), of((t) => t.backwardMs), of((t) => t.wallMs)];
    return [[layer, ...[forward, backward, wall].map((ms) => fixed(ms, 2)), String(rounds.length), String(disturbed)]];
  });
  return table(["layer", "forward ms", "backward ms", "whole call ms", "rounds", "left out"], rows);
}

const megabytes = (bytes: number) => fixed(bytes / 2 ** 20, 1);

export function memoryTable({ memory }: Measurements): string {
  const rows = Object.entries(memory).map(([layer, { tensors, beyond, threads }]) => {
    const allowed = memoryGoal.share * tensors + memoryGoal.constant;
    return [layer, ...[tensors, beyond, allowed, threads].map(megabytes), beyond <= allowed ? "PASS" : "BELOW"];
  });
  return table(["layer", "tensors MiB", "peak beyond them MiB", "goal MiB", "threads and code, once MiB", ""], rows);
}

export function smallTable({ smallest, coldStartMs }: Measurements): string {
  const rows: string[][] = [];
  const row = (what: string, ms: number, goal: number) =>
    rows.push([what, `${ms.toFixed(3)} ms`, `< ${goal} ms`, ms < goal ? "PASS" : "BELOW"]);
  if (smallest !== undefined) {
    row("1×1×5×5, 1 of 3×3: the whole call, warm", smallest.wallMs, smallGoals.warmMs);
    rows.push(["… its forward pass", `${smallest.forwardMs.toFixed(3)} ms`, "–", "report"]);
    rows.push(["… its backward pass", `${smallest.backwardMs.toFixed(3)} ms`, "–", "report"]);
  }
  if (coldStartMs !== undefined)
    row("from `new Engine()` to its first result, new process", coldStartMs, smallGoals.coldStartMs);
  return table(["small layers", "median", "goal", ""], rows);
}

export function crossingTable({ crossing, threads }: Measurements): string {
  const rows = crossing.map(({ layer, products, host, oneThread, threads: all }) => {
    const ways = { host, "1 thread": oneThread, [`${threads} threads`]: all };
    const best = Object.entries(ways).reduce((a, b) => (b[1] < a[1] ? b : a))[0];
    return [
      layer,
      `${products} (2^${Math.log2(products).toFixed(1)})`,
      ...Object.values(ways).map((ms) => fixed(ms, 3)),
      best,
    ];
  });
  return table(["layer", "products", "host ms", "1 thread ms", `${threads} threads ms`, "best"], rows);
}
