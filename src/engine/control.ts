import { JOB_FIELDS, type Job, readJob, writeJob } from "./job";
import type { Kernels } from "./kernels";
import { type ProgramName, itemsOf, programNames, programs, runPhase } from "./task";

/**
 * The few words of shared memory by which the host starts the threads and they tell that they are done.
 *
 * The host writes the job, opens the order and raises `epoch`, on which idle threads sleep. A thread that wakes counts itself
 * `inside`, and if the order is still open, takes items of a phase until there are none. The next phase begins when all
 * items of the last one are finished, and with the last phase the order closes. Nobody waits for a thread that was woken late:
 * it finds the order closed. Done is: closed, and nobody inside. So the host never writes a job that somebody reads.
 */
const word = {
  epoch: 0,
  /** The epoch of the order that may be entered, and of the last one that may not be any more. */
  open: 1,
  closed: 2,
  inside: 3,
  /** Counts how often the last thread went out: what the host waits on. */
  left: 4,
  stop: 5,
  /** Counts blocks of work: a watchdog sees by it that the threads live. */
  pulse: 6,
  active: 7,
  program: 8,
  kernel: 9,
  /** 1 if the host cannot wait for `left` itself and wants a message. */
  post: 10,
  /** For each phase, items taken and items finished. */
  next: 11,
  finished: 13,
  /** How much of two inputs the host has brought in so far: in what unit, the program knows. */
  fed: 15,
  end: 17,
} as const;
const WORDS = 20;
/** Bytes; numbers of 64 bits stand at multiples of 8. */
const JOB_START = 80;
/** In `closed`: there are no threads any more. */
const RELEASED = -1;
/** In `open`: no order may be entered. */
const CLOSED = 0;

export interface Control {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly job: Float64Array<SharedArrayBuffer>;
}

export function newControl(): Control {
  return controlOn(new SharedArrayBuffer(JOB_START + JOB_FIELDS * 8));
}

export function controlOn(buffer: SharedArrayBuffer): Control {
  return { words: new Int32Array(buffer, 0, WORDS), job: new Float64Array(buffer, JOB_START, JOB_FIELDS) };
}

export interface Order {
  readonly job: Job;
  readonly program: ProgramName;
  /** Which of the modules that the threads were given. */
  readonly kernel: number;
  /** Threads that take part: those whose number is less. */
  readonly active: number;
  readonly post: boolean;
}

/** Host: starts the threads. The last order must be done. Returns the new epoch. */
export function give({ words, job }: Control, order: Order): number {
  words.fill(0, word.next, WORDS);
  words[word.stop] = 0;
  words[word.active] = order.active;
  words[word.program] = programNames.indexOf(order.program);
  words[word.kernel] = order.kernel;
  words[word.post] = order.post ? 1 : 0;
  writeJob(order.job, job);
  const epoch = words[word.epoch] + 1;
  Atomics.store(words, word.open, epoch);
  Atomics.store(words, word.epoch, epoch);
  Atomics.notify(words, word.epoch);
  return epoch;
}

/** Whether this host can wait without blocking. Older ones cannot, whatever the type says. */
export function canWait(): boolean {
  return (Atomics.waitAsync as unknown) !== undefined;
}

/** Host: whether the order is done, or the threads were released. */
export function isDone({ words }: Control, epoch: number): boolean {
  const closed = Atomics.load(words, word.closed);
  return closed === RELEASED || (closed === epoch && Atomics.load(words, word.inside) === 0);
}

/** Host: resolves when it is. */
export async function whenDone(control: Control, epoch: number): Promise<void> {
  for (let looks = 0; looks < LOOKS; looks++) if (isDone(control, epoch)) return;
  for (;;) {
    const left = Atomics.load(control.words, word.left);
    if (isDone(control, epoch)) return;
    await Atomics.waitAsync(control.words, word.left, left).value;
  }
}

/** Host: resolves whoever waits for the threads, when they are no more. */
export function release({ words }: Control): void {
  Atomics.store(words, word.closed, RELEASED);
  Atomics.add(words, word.left, 1);
  Atomics.notify(words, word.left);
}

/** Host: lets the threads leave the items that are left. */
export function stop({ words }: Control): void {
  Atomics.store(words, word.stop, 1);
  // Nobody is to wait for what does not come any more.
  for (let counter: number = word.finished; counter < word.end; counter++) {
    Atomics.store(words, counter, MORE_THAN_ALL);
    Atomics.notify(words, counter);
  }
}

/** Host: so much of an input is in its place now. */
export function tell({ words }: Control, which: number, amount: number): void {
  Atomics.store(words, word.fed + which, amount);
  Atomics.notify(words, word.fed + which);
}

/** More items than any phase has, and more channels, filters or planes than a tile. */
export const MORE_THAN_ALL = 2 ** 30;

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
    epoch = Atomics.load(words, word.epoch);
    // Too late, or not asked: the host need not even know.
    if (Atomics.load(words, word.open) !== epoch || id >= words[word.active]) continue;
    Atomics.add(words, word.inside, 1);
    const wanted = words[word.post];
    if (Atomics.load(words, word.open) === epoch && id < words[word.active]) {
      work(control, id, load(words[word.kernel]));
    }
    if (Atomics.sub(words, word.inside, 1) > 1 || Atomics.load(words, word.open) !== CLOSED) continue;
    Atomics.add(words, word.left, 1);
    Atomics.notify(words, word.left);
    if (wanted === 1) post();
  }
}

/** Nothing is left to take, now or later. */
export const DONE = -1;

/** How long somebody may work and wait. */
interface Turn {
  readonly over: boolean;
}

/** A thread has nobody to give way to. */
const forever: Turn = { over: false };

/**
 * Thread or host: items of phase after phase; with the last phase the order closes. Returns the phase in which the turn was over, `from`
 * which it goes on in the next, or `DONE`. Who spends a whole turn waiting for the others' last items leaves the rest to them.
 */
export function work(
  { words, job: jobWords }: Control,
  id: number,
  kernels: Kernels,
  from = 0,
  turn: Turn = forever,
): number {
  const job = readJob(jobWords);
  const stopped = () => Atomics.load(words, word.stop) !== 0;
  const bench = {
    kernels,
    scratch: job.scratch + id * job.scratchBytes,
    pulse: () => {
      Atomics.add(words, word.pulse, 1);
      return stopped();
    },
    need: (which: number, amount: number) => awaitCount(words, word.fed + which, amount, forever),
  };
  const phases = programs[programNames[words[word.program]]];
  for (let i = from; i < phases.length; i++) {
    const total = itemsOf(job, phases[i]);
    const finished = runPhase(job, phases[i], bench, () =>
      stopped() || turn.over ? -1 : Atomics.add(words, word.next + i, 1),
    );
    if (Atomics.add(words, word.finished + i, finished) + finished >= total) Atomics.notify(words, word.finished + i);
    else if (turn.over) return i;
    else if (!awaitCount(words, word.finished + i, total, turn)) return DONE;
  }
  const epoch = Atomics.load(words, word.epoch);
  Atomics.store(words, word.open, CLOSED);
  Atomics.store(words, word.closed, epoch);
  return DONE;
}

/** How often a waiting thread looks before it sleeps: some 20 µs, a fraction of what sleeping and waking would take. */
const LOOKS = 2000;

/** Until a counter has come to `total`, or the order is stopped. False: the turn was over before that. */
function awaitCount(words: Int32Array, counter: number, total: number, turn: Turn): boolean {
  for (let looks = 0; !turn.over; looks++) {
    const seen = Atomics.load(words, counter);
    if (seen >= total) return true;
    if (looks > LOOKS) Atomics.wait(words, counter, seen, turn === forever ? undefined : HOST_WAIT_MS);
  }
  return false;
}

/** The host looks up from waiting to see whether its turn is over. */
const HOST_WAIT_MS = 1;
