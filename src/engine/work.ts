import { type Job, roundUp } from "./job";
import { type Kernels, SPARE_BYTES, TILE_ROWS } from "./kernels";

/** What one thread works with. */
export interface Workbench {
  readonly kernels: Kernels;
  /** Start of this thread's own `scratchBytes`. */
  readonly scratch: number;
  /** Says that the work goes on; true if it should stop. Called at least once for each block of a panel. */
  readonly pulse: () => boolean;
}

/** One kind of work on a tile, cut over cells into items that any thread may take, in any order. */
export interface Operation {
  /** Items for this job; a function of the job alone, so that all threads agree. */
  items(job: Job): number;
  /** Throws nothing; stops early where `pulse` says so. */
  run(job: Job, item: number, bench: Workbench): void;
}

// Sizes of blocks, in elements. ARITHMETIC.md says why these.
/** Columns of a packed panel of col or dout: with a block of 128, 64 KiB of float32. */
export const PANEL_COLUMNS = 128;
/** Filters of one panel of dout, when dW is summed. */
export const PANEL_FILTERS = 192;
/** Elements of a tile of dcol, and of the panel of dout that it is made from. */
export const TILE_ELEMENTS = 65_536;

/** Channels that dcol is made for at a time: their taps fill whole strips of 6, if that takes no more than 300 taps. */
export function unitChannels(job: Pick<Job, "groupChannels" | "kernelHeight" | "kernelWidth">): number {
  const taps = job.kernelHeight * job.kernelWidth;
  const exact = TILE_ROWS / greatestCommonDivisor(TILE_ROWS, taps);
  return exact * taps <= 300 ? Math.min(exact, job.groupChannels) : 1;
}

/** Strips of 6 taps in a unit of channels, the last one possibly ragged. */
export function unitStrips(job: Pick<Job, "groupChannels" | "kernelHeight" | "kernelWidth">): number {
  return Math.ceil((unitChannels(job) * job.kernelHeight * job.kernelWidth) / TILE_ROWS);
}

/** Output positions of one tile of dcol. */
export function dcolColumns(
  job: Pick<Job, "groupChannels" | "groupFilters" | "kernelHeight" | "kernelWidth" | "tileColumns">,
): number {
  const unitTaps = unitChannels(job) * job.kernelHeight * job.kernelWidth;
  const fit = Math.floor(TILE_ELEMENTS / Math.max(unitTaps, job.groupFilters));
  return Math.max(job.tileColumns, Math.min(PANEL_COLUMNS, fit - (fit % job.tileColumns)));
}

/** A thread's scratch: the spare tile, then two panels (packed a, or a tile of dcol; packed b). */
export function scratchParts(
  job: Pick<
    Job,
    "elementBytes" | "groupChannels" | "groupFilters" | "kernelHeight" | "kernelWidth" | "tileColumns" | "block"
  >,
): { readonly first: number; readonly second: number; readonly bytes: number } {
  const columns = dcolColumns(job);
  const unitTaps = unitChannels(job) * job.kernelHeight * job.kernelWidth;
  const filters = roundUp(Math.min(job.groupFilters, PANEL_FILTERS), TILE_ROWS);
  const firstElements = Math.max(filters * job.block, Math.max(unitTaps * columns, TILE_ELEMENTS));
  const secondElements = Math.max(PANEL_COLUMNS * job.block, columns * job.groupFilters);
  const first = roundUp(SPARE_BYTES, 64);
  const second = first + roundUp(firstElements * job.elementBytes, 64);
  return { first, second, bytes: second + roundUp(secondElements * job.elementBytes, 64) };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
