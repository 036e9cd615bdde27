// What the rest of the machine does meanwhile: a benchmark beside a busy compiler measures the compiler.
import { existsSync, readFileSync, readdirSync } from "node:fs";

/** Milliseconds for which the threads of a process have run. undefined: this system does not tell (other than Linux). */
export function busyMs(process: number): number | undefined {
  try {
    const tasks = `/proc/${process}/task`;
    return readdirSync(tasks).reduce((sum, task) => sum + nanoseconds(`${tasks}/${task}/schedstat`), 0) / 1e6;
  } catch {
    return undefined;
  }
}

/** schedstat: nanoseconds run, nanoseconds waited, slices. A thread that has just ended has none. */
const nanoseconds = (file: string) => (existsSync(file) ? Number(readFileSync(file, "utf8").split(" ")[0]) : 0);

/** cpu user nice system idle iowait irq softirq steal …: hundredths of a second of all cores, of which idle and iowait are rest. */
function machineMs(): { readonly busy: number; readonly all: number } | undefined {
  if (!existsSync("/proc/stat")) return undefined;
  const ticks = readFileSync("/proc/stat", "utf8").split("\n")[0].split(/\s+/).slice(1, 9).map(Number);
  const all = ticks.reduce((sum, each) => sum + each, 0);
  return { busy: 10 * (all - ticks[3] - ticks[4]), all: 10 * all };
}

/** Starts to watch; the function returned gives the share of the machine's time that was taken by others than `processes`. */
export function watchOthers(processes: readonly number[]): () => number {
  const ours = () => processes.reduce((sum, each) => sum + (busyMs(each) ?? 0), 0);
  const [machine, own] = [machineMs(), ours()];
  return () => {
    const now = machineMs();
    if (machine === undefined || now === undefined || now.all === machine.all) return 0;
    return Math.max(0, (now.busy - machine.busy - (ours() - own)) / (now.all - machine.all));
  };
}
