/**
 * Feeds damaged files to every parser: `npx tsx test/fuzz/formats.fuzz.ts --seconds 60 --seed 1`, or with `--executions N`
 * for so many inputs to each one, `--only NAME` for one alone, `--iteration I` to see one input again. An exception that is
 * no ConvError, a second without an answer, or more than 64 MiB and twice the input allocated beside the result is a failure.
 */
import { fork } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { allocatedBytes } from "./allocations";

interface Task {
  readonly target: number;
  readonly seed: number;
  readonly seconds: number;
  readonly executions: number;
  readonly first: number;
  /** A file with the iteration that is being worked on, for the watchdog. */
  readonly progress: string;
}

interface Outcome {
  readonly executions: number;
  readonly tensors: number;
  readonly failures: readonly string[];
}

const BUDGET = 64 * 2 ** 20;
const SLOW = 1000;
/** Slowness counts only if it comes back: the machine may have been busy elsewhere. */
const TRIES = 3;

async function work({ target: index, seed, seconds, executions, first, progress }: Task): Promise<Outcome> {
  const [{ targets }, { inputOf }, { ConvError }] = await Promise.all([
    import("./targets"),
    import("./mutate"),
    import("../../src/base/errors"),
  ]);
  const target = targets[index];
  const failures: string[] = [];
  let tensors = 0;
  const place = openSync(progress, "w");
  let iteration = first;
  const end = performance.now() + 1000 * seconds;
  const run = async (): Promise<{ ms: number; what?: string }> => {
    const { bytes, from } = inputOf(target, seed, iteration);
    const label = `${target.name}, --seed ${seed} --iteration ${iteration} (from ${from}, ${bytes.length} bytes)`;
    const length = bytes.length;
    const before = allocatedBytes();
    const start = performance.now();
    let result = 0;
    try {
      for (const { data } of await target.read(bytes)) result += data.byteLength;
      tensors++;
    } catch (error) {
      if (!(error instanceof ConvError))
        return { ms: 0, what: `${label}: ${error instanceof Error ? (error.stack ?? "") : String(error)}` };
    }
    // Getting a tensor may hold the file's form, the decoded one, and a second order or dtype of it.
    const extra = allocatedBytes() - before - 4 * result;
    if (extra > BUDGET + 2 * length) return { ms: 0, what: `${label}: allocated ${extra} bytes` };
    const ms = performance.now() - start;
    return { ms, what: ms > SLOW ? `${label}: took ${Math.round(ms)} ms` : undefined };
  };
  for (; iteration - first < executions && performance.now() < end && failures.length < 10; iteration++) {
    writeSync(place, String(iteration).padEnd(12), 0);
    let outcome = await run();
    for (let i = 1; i < TRIES && outcome.ms > SLOW; i++) outcome = await run();
    if (outcome.what !== undefined) failures.push(outcome.what);
  }
  return { executions: iteration - first, tensors, failures };
}

/** One parser in a process of its own, which is ended if it does not come back. */
function fuzz(task: Task): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(import.meta.url), [], { serialization: "advanced" });
    let last = task.first;
    let since = performance.now();
    const finish = (outcome: Outcome) => {
      clearInterval(watchdog);
      child.kill("SIGKILL");
      resolve(outcome);
    };
    const stop = (what: string) => {
      const failures = [`--seed ${task.seed} --iteration ${last}: ${what}`];
      finish({ executions: last - task.first, tensors: 0, failures });
    };
    const watchdog = setInterval(() => {
      const now = Number(readFileSync(task.progress, "utf8"));
      if (now !== last) [last, since] = [now, performance.now()];
      if (performance.now() - since > 10 * SLOW * TRIES) stop("does not end");
    }, 500);
    child.once("message", (outcome) => finish(outcome as Outcome)); // what `work` returned
    child.once("exit", (code, signal) => stop(`the process ended with ${code ?? signal ?? "nothing"}`));
    child.send(task);
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "60" },
      seed: { type: "string", default: "1" },
      executions: { type: "string" },
      only: { type: "string" },
      iteration: { type: "string" },
    },
  });
  const { targets } = await import("./targets");
  const chosen = targets.filter(({ name }) => values.only === undefined || name === values.only);
  const folder = mkdtempSync(join(tmpdir(), "conv-fuzz-"));
  const progress = join(folder, "progress");
  let failed = 0;
  for (const target of chosen) {
    closeSync(openSync(progress, "w"));
    const outcome = await fuzz({
      target: targets.indexOf(target),
      seed: Number(values.seed),
      seconds: values.executions === undefined ? Number(values.seconds) / chosen.length : Infinity,
      executions: values.iteration === undefined ? Number(values.executions ?? Infinity) : 1,
      first: Number(values.iteration ?? 0),
      progress,
    });
    if (outcome.failures.length > 0) failed++;
    console.log(
      `${target.name}: ${outcome.executions} executions, ${outcome.tensors} read, ${outcome.failures.length} failures`,
    );
    for (const failure of outcome.failures) console.log(`  ${failure}`);
  }
  rmSync(folder, { recursive: true });
  console.log(`${chosen.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

// An error that reaches this line ends the process with its stack.
if (process.send === undefined) void main();
else
  process.once("message", (task) => {
    void work(task as Task).then((outcome) => process.send?.(outcome)); // what `fuzz` sent
  });
