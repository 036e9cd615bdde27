import { type Job, roundUp } from "./job";
import { type Kernels, SPARE_BYTES, TILE_ROWS } from "./kernels";

/** What one thread works with. */
export interface Workbench {
  readonly kernels: Kernels;
  /** Start of this thread's own `scratchBytes`. */
  readonly scratch: number;
  /** Says that the work goes on; true if it should stop. Called at least once for each block of a panel. */
  readonly pulse: () => boolean;
  /** Returns when so much of an input is there: in the forward pass 0 is channels of x, 1 filters of W; in others 0 is planes of dout. */
  readonly need: (which: 0 | 1, amount: number) => void;
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
/** Rows of a copied panel of dout. */
export const PANEL_ROWS = 192;
/** Elements of a tile of dcol, and of the panel of dout that it is made from. */
const TILE_ELEMENTS = 65_536;
/** Taps of a unit of channels. */
const UNIT_TAPS = 300;

/** A place that addresses this far apart share: the first-level cache finds both by the same bits. */
const PAGE = 4096;

/** How many places of the first-level cache lines `stride` bytes apart take in turn. */
export function placesOf(stride: number): number {
  return PAGE / greatestCommonDivisor(PAGE, stride % PAGE);
}

type Sizes = Pick<
  Job,
  "elementBytes" | "groupChannels" | "groupFilters" | "kernelHeight" | "kernelWidth" | "tileColumns" | "block"
>;

/** Sizes of dcol's tiles, and a thread's scratch: the spare tile, then a copied panel of `a`, a packed panel of `b`, and a tile of dcol. */
export function workSizes(
  job: Sizes,
): Pick<Job, "unitChannels" | "dcolColumns" | "scratchA" | "scratchB" | "scratchTile" | "scratchBytes"> {
  const window = job.kernelHeight * job.kernelWidth;
  const unitChannels = unitChannelsOf(window, job.groupChannels);
  const unitTaps = unitChannels * window;
  const fit = Math.floor(TILE_ELEMENTS / Math.max(unitTaps, job.groupFilters));
  const dcolColumns = Math.max(job.tileColumns, Math.min(PANEL_COLUMNS, fit - (fit % job.tileColumns)));
  const bytesOf = (elements: number) => roundUp(elements * job.elementBytes, 64);
  const scratchA = roundUp(SPARE_BYTES, 64);
  const scratchB = scratchA + bytesOf(job.block * Math.min(job.groupFilters, PANEL_ROWS));
  const scratchTile = scratchB + bytesOf(Math.max(PANEL_COLUMNS * job.block, dcolColumns * job.groupFilters));
  const scratchBytes = scratchTile + bytesOf(unitTaps * dcolColumns);
  return { unitChannels, dcolColumns, scratchA, scratchB, scratchTile, scratchBytes };
}

/** Channels whose taps fill whole strips of 6, if that takes no more than 300 taps. dcol of 1 × 1 needs no tile: a unit may be large. */
function unitChannelsOf(window: number, groupChannels: number): number {
  if (window === 1) return Math.min(8 * TILE_ROWS, groupChannels);
  const exact = TILE_ROWS / greatestCommonDivisor(TILE_ROWS, window);
  return exact * window <= UNIT_TAPS ? Math.min(exact, groupChannels) : 1;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
