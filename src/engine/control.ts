import { JOB_FIELDS, type Job, readJob, writeJob } from "./job";
import type { Kernels } from "./kernels";
import { type ProgramName, programNames, programs, runPhase } from "./task";

/**
 * The few words of shared memory by which the host starts the threads and they tell that they are done.
 *
 * The host writes the job, then raises `epoch`, on which idle threads sleep. Each thread takes items off `next` until there
 * are none; between phases they meet at `gate`. Every thread counts itself in at `finished`, also one that has no part
 * in this job, so that nobody can be late for the next. The last one writes `done`.
 */
const word = {
  epoch: 0,
  done: 1,
  finished: 2,
  arrived: 3,
  gate: 4,
  stop: 5,
  /** Counts blocks of work: a watchdog sees by it that the threads live. */
  pulse: 6,
  crew: 7,
  active: 8,
  program: 9,
  kernel: 10,
  /** 1 if the host cannot wait for `done` itself and wants a message. */
  post: 11,
  /** One counter of items for each phase. */
  next: 12,
} as const;
const WORDS = 16;
/** In `done`: there are no threads any more. */
const RELEASED = -1;

export interface Control {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly job: Float64Array<SharedArrayBuffer>;
}

export function newControl(): Control {
  return controlOn(new SharedArrayBuffer(WORDS * 4 + JOB_FIELDS * 8));
}

export function controlOn(buffer: SharedArrayBuffer): Control {
  return { words: new Int32Array(buffer, 0, WORDS), job: new Float64Array(buffer, WORDS * 4, JOB_FIELDS) };
}

export interface Order {
  readonly job: Job;
  readonly program: ProgramName;
  /** Which of the modules that the threads were given. */
  readonly kernel: number;
  /** Threads that take part, of `crew` that exist. */
  readonly active: number;
  readonly crew: number;
  readonly post: boolean;
}

/** Host: starts the threads. All of the last order must have finished. Returns the new epoch. */
export function give({ words, job }: Control, order: Order): number {
  words.fill(0, word.finished, WORDS);
  words[word.crew] = order.crew;
  words[word.active] = order.active;
  words[word.program] = programNames.indexOf(order.program);
  words[word.kernel] = order.kernel;
  words[word.post] = order.post ? 1 : 0;
  writeJob(order.job, job);
  const epoch = Atomics.add(words, word.epoch, 1) + 1;
  Atomics.notify(words, word.epoch);
  return epoch;
}

/** Whether this host can wait without blocking. Older ones cannot, whatever the type says. */
export function canWait(): boolean {
  return (Atomics.waitAsync as unknown) !== undefined;
}

/** Host: resolves when the order is done, or the threads were released. */
export async function whenDone({ words }: Control, epoch: number): Promise<void> {
  for (;;) {
    const done = Atomics.load(words, word.done);
    if (done === epoch || done === RELEASED) return;
    await Atomics.waitAsync(words, word.done, done).value;
  }
}

/** Host: resolves whoever waits for `done`, when the threads are no more. */
export function release({ words }: Control): void {
  Atomics.store(words, word.done, RELEASED);
  Atomics.notify(words, word.done);
}

/** Host: lets the threads leave the items that are left. */
export function stop({ words }: Control): void {
  Atomics.store(words, word.stop, 1);
}

export function currentEpoch({ words }: Control): number {
  return Atomics.load(words, word.epoch);
}

/** Blocks of work done, as a counter that wraps. */
export function pulseOf({ words }: Control): number {
  return Atomics.load(words, word.pulse);
}

/** Items taken in a phase; may exceed the number of items. */
export function takenOf({ words }: Control, phase: number): number {
  return Atomics.load(words, word.next + phase);
}

/** Thread: works on order after order, asleep in between. Returns only by an exception. `load` gives the kernels by number. */
export function serve(
  control: Control,
  id: number,
  startEpoch: number,
  load: (kernel: number) => Kernels,
  post: () => void,
): never {
  const { words } = control;
  let epoch = startEpoch;
  for (;;) {
    Atomics.wait(words, word.epoch, epoch);
    const now = Atomics.load(words, word.epoch);
    if (now === epoch) continue;
    epoch = now;
    // All that is asked of the order is asked before the thread counts as finished: then the host may write the next one.
    const { [word.crew]: crew, [word.post]: wanted } = words;
    if (id < words[word.active]) work(control, id, load(words[word.kernel]));
    if (Atomics.add(words, word.finished, 1) + 1 < crew) continue;
    Atomics.store(words, word.done, epoch);
    Atomics.notify(words, word.done);
    if (wanted === 1) post();
  }
}

function work({ words, job: jobWords }: Control, id: number, kernels: Kernels): void {
  const job = readJob(jobWords);
  const stopped = () => Atomics.load(words, word.stop) !== 0;
  const bench = {
    kernels,
    scratch: job.scratch + id * job.scratchBytes,
    pulse: () => {
      Atomics.add(words, word.pulse, 1);
      return stopped();
    },
  };
  const phases = programs[programNames[words[word.program]]];
  phases.forEach((phase, i) => {
    runPhase(job, phase, bench, () => (stopped() ? -1 : Atomics.add(words, word.next + i, 1)));
    if (i < phases.length - 1) meet(words, i);
  });
}

/** Sleeps until every active thread has come here. */
function meet(words: Int32Array, phase: number): void {
  if (Atomics.add(words, word.arrived, 1) + 1 === words[word.active] * (phase + 1)) {
    Atomics.store(words, word.gate, phase + 1);
    Atomics.notify(words, word.gate);
  } else {
    while (Atomics.load(words, word.gate) <= phase) Atomics.wait(words, word.gate, phase);
  }
}
