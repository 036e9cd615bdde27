import { isDirect, tapsOf } from "./forward";
import { type Job, type Range, share } from "./job";
import { type Kernels, Mode, TILE_ROWS } from "./kernels";
import { type Operation, PANEL_COLUMNS, PANEL_ROWS, type Workbench, placesOf } from "./work";

// dW[f, tap] = Σ_row dout[row, f] · col[row, tap] and db[f] = Σ_row dout[row, f], rows in the order (n, oy, ox).
// Blocks of rows run on over images. A tile of the layer may cut a block: its sum is parked and resumed by the next tile.

export const weights: Operation = {
  items: (job) => {
    if (isDirectWeights(job)) return job.groups * job.groupFilters;
    const { filterParts, tapParts } = partsOf(job);
    return job.groups * filterParts * tapParts;
  },
  run(job, item, bench) {
    bench.need(0, planesOf(job));
    if (isDirectWeights(job)) {
      directCells(job, item, bench);
      return;
    }
    const { filterParts, tapParts } = partsOf(job);
    const taps = share(tapsOf(job), tapParts, item % tapParts, job.tileColumns);
    const filters = share(job.groupFilters, filterParts, Math.floor(item / tapParts) % filterParts, TILE_ROWS);
    const group = Math.floor(item / (tapParts * filterParts));
    weightCells(job, group, filters, taps, bench);
  },
};

/** Planes of dout: all that there are, as every image has its part in each sum. */
function planesOf(job: Job): number {
  return job.images * job.groups * job.groupFilters;
}

/** Taps of a line further apart than two elements are no vector of x. */
function isDirectWeights(job: Job): boolean {
  return isDirect(job) && job.dilationX <= 2;
}

function weightCells(
  job: Job,
  group: number,
  [firstFilter, endFilter]: Range,
  [firstTap, endTap]: Range,
  { kernels, scratch, pulse }: Workbench,
): void {
  const { elementBytes, tileColumns } = job;
  const panel = scratch + job.scratchB;
  const filters = endFilter - firstFilter;
  const taps = tapsOf(job);
  const cells = job.dW + (group * job.groupFilters + firstFilter) * taps * elementBytes;
  const park = job.dWParked - job.dW;
  for (const block of blocksOf(job)) {
    const strip = block.count * elementBytes;
    const a = rowsOfDout(job, group, firstFilter, filters, block, scratch + job.scratchA, kernels);
    for (let tap = firstTap; tap < endTap; tap += PANEL_COLUMNS) {
      if (pulse()) return;
      const columns = Math.min(PANEL_COLUMNS, endTap - tap);
      for (const { image, from, count, at } of block.runs) {
        const source = job.x + (image * job.groups + group) * job.groupChannels * job.xChannelBytes;
        const [kTable, laneTable] = [job.rowTable + from * 4, job.tapTable + tap * 4];
        const to = panel + at * tileColumns * elementBytes;
        kernels.packAlong(to, source, kTable, count, laneTable, columns, strip * tileColumns);
      }
      const c = cells + tap * elementBytes;
      const pitch = taps * elementBytes;
      kernels.gemm(
        a.at,
        a.pitch,
        elementBytes,
        panel,
        filters,
        columns,
        block.count,
        c,
        pitch,
        park,
        block.mode,
        scratch,
      );
    }
    const bytes = (endTap - firstTap) * elementBytes;
    const at = cells + firstTap * elementBytes;
    keep(kernels, block, at, regionOfWeights(job), { rows: filters, pitch: taps * elementBytes, bytes });
  }
}

/** Where sums stand, where their milestones do, and how long all of them are, in bytes. */
interface SumRegion {
  readonly sums: number;
  readonly milestones: number;
  readonly bytes: number;
}

function regionOfWeights(job: Job): SumRegion {
  const bytes = job.groups * job.groupFilters * tapsOf(job) * job.elementBytes;
  return { sums: job.dW, milestones: job.dWMilestones, bytes };
}

/** Where a block ends at a milestone, copies the sums from `at` on: `rows` of so many bytes, `pitch` apart. */
function keep(
  kernels: Kernels,
  { milestone }: Block,
  at: number,
  { sums, milestones, bytes: all }: SumRegion,
  { rows, pitch, bytes }: { readonly rows: number; readonly pitch: number; readonly bytes: number },
): void {
  if (milestone === null) return;
  kernels.copyRows(at - sums + milestones + milestone * all, pitch, at, pitch, rows, bytes);
}

/** dout's part in a block: a row for each filter. A block that runs on into the next image is put together in the scratch. */
function rowsOfDout(
  job: Job,
  group: number,
  firstFilter: number,
  filters: number,
  block: Block,
  scratch: number,
  kernels: Kernels,
): Rows {
  const planeBytes = job.plane * job.elementBytes;
  const rows = block.runs.map(({ image, from }) => {
    const filter = (image * job.groups + group) * job.groupFilters + firstFilter;
    return { at: job.out + filter * planeBytes + from * job.elementBytes, pitch: planeBytes };
  });
  const bytes = block.count * job.elementBytes;
  // Six rows that the first-level cache does not confuse are read where they stand.
  if (rows.length === 1 && placesOf(planeBytes) > TILE_ROWS) return rows[0];
  block.runs.forEach(({ count, at }, i) => {
    const to = scratch + at * job.elementBytes;
    kernels.copyRows(to, bytes, rows[i].at, planeBytes, filters, count * job.elementBytes);
  });
  return { at: scratch, pitch: bytes };
}

/** Rows in memory: the first one's bytes, and how far it is from each to the next. */
interface Rows {
  readonly at: number;
  readonly pitch: number;
}

/** Groups of few filters: x is read where it stands, a line of the window at a time. */
function directCells(job: Job, filter: number, { kernels, scratch, pulse }: Workbench): void {
  const { elementBytes } = job;
  const taps = tapsOf(job);
  const [total, parked] = [job.dW, job.dWParked].map((region) => region + filter * taps * elementBytes);
  for (const block of blocksOf(job)) {
    if (pulse()) return;
    block.runs.forEach(({ image, from, count }, i) => {
      const group = image * job.groups + Math.floor(filter / job.groupFilters);
      const x = job.x + group * job.groupChannels * job.xChannelBytes;
      const dout = job.out + ((image * job.groups * job.groupFilters + filter) * job.plane + from) * elementBytes;
      const rows = job.rowTable + from * 4;
      const mode = modeOfRun(block, i);
      const { tapTable, kernelWidth, dilationX } = job;
      kernels.directWeights(x, rows, count, dout, tapTable, taps, kernelWidth, dilationX, total, parked, mode, scratch);
    });
    const bytes = taps * elementBytes;
    keep(kernels, block, total, regionOfWeights(job), { rows: 1, pitch: bytes, bytes });
  }
}

/** A block that runs on into the next image parks its sum between its runs. */
function modeOfRun({ mode, runs }: Block, run: number): number {
  const begin = run > 0 ? Mode.resume : mode & Mode.resume;
  return begin | (run < runs.length - 1 ? Mode.park : mode & (Mode.park | Mode.add));
}

const BIAS_FILTERS = 8;

export const bias: Operation = {
  items: (job) => Math.ceil((job.groups * job.groupFilters) / BIAS_FILTERS),
  run(job, item, { kernels, pulse, need }) {
    need(0, planesOf(job));
    const { elementBytes } = job;
    const all = job.groups * job.groupFilters;
    const f = item * BIAS_FILTERS;
    const filters = Math.min(BIAS_FILTERS, all - f);
    const planeBytes = job.plane * elementBytes;
    const [total, parked] = [job.db + f * elementBytes, job.dbParked + f * elementBytes];
    for (const block of blocksOf(job)) {
      if (pulse()) return;
      block.runs.forEach(({ image, from, count }, i) => {
        const source = job.out + (image * all + f) * planeBytes + from * elementBytes;
        kernels.sumRows(source, planeBytes, filters, count, total, parked, modeOfRun(block, i));
      });
      const bytes = filters * elementBytes;
      const region = { sums: job.db, milestones: job.dbMilestones, bytes: all * elementBytes };
      keep(kernels, block, total, region, { rows: 1, pitch: bytes, bytes });
    }
  },
};

/** One block of the contract, as far as it lies in the tile: the rows of each image it touches, one run after the other. */
interface Block {
  readonly count: number;
  readonly mode: number;
  readonly runs: readonly { image: number; from: number; count: number; at: number }[];
  /** The number, within the tile, of the milestone that it ends at; null if it ends at none. */
  readonly milestone: number | null;
}

function* blocksOf(job: Job): Generator<Block> {
  const rows = job.images * job.plane;
  for (let row = 0; row < rows;) {
    const inBlock = (job.firstRow + row) % job.block;
    const end = Math.min(rows, row + job.block - inBlock);
    const complete = (job.firstRow + end) % job.block === 0 || job.firstRow + end === job.totalRows;
    const begun = job.firstRow + row - inBlock > 0;
    const mode = (inBlock > 0 ? Mode.resume : 0) | (!complete ? Mode.park : begun ? Mode.add : 0);
    const runs = [];
    for (let r = row; r < end;) {
      const image = Math.floor(r / job.plane);
      const stop = Math.min(end, (image + 1) * job.plane);
      runs.push({ image, from: r - image * job.plane, count: stop - r, at: r - row });
      r = stop;
    }
    const passed = (job.firstRow + end) / job.milestone;
    const milestone = Number.isInteger(passed) ? passed - Math.floor(job.firstRow / job.milestone) - 1 : null;
    yield { count: end - row, mode, runs, milestone };
    row = end;
  }
}

/** A part has at most PANEL_ROWS filters. Each part of the taps packs dout again, and each part of the filters packs col again: few parts, enough for the threads. */
function partsOf(job: Job): { filterParts: number; tapParts: number } {
  const wanted = job.threads === 1 ? 1 : 2 * job.threads;
  const mostTapParts = Math.ceil(tapsOf(job) / (4 * job.tileColumns));
  const mostFilterParts = Math.ceil(job.groupFilters / (2 * TILE_ROWS));
  const needed = Math.min(mostFilterParts, Math.ceil(wanted / (job.groups * mostTapParts)));
  const filterParts = Math.max(Math.ceil(job.groupFilters / PANEL_ROWS), needed);
  return {
    filterParts,
    tapParts: Math.max(1, Math.min(mostTapParts, Math.ceil(wanted / (job.groups * filterParts)))),
  };
}
