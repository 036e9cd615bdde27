import { tapsOf } from "./forward";
import { type Job, type Range, share } from "./job";
import { Mode, TILE_ROWS } from "./kernels";
import { type Operation, PANEL_COLUMNS, PANEL_FILTERS, type Workbench, scratchParts } from "./work";

// dW[f, tap] = Σ_row dout[row, f] · col[row, tap] and db[f] = Σ_row dout[row, f], rows in the order (n, oy, ox).
// Blocks of rows run on over images. A tile of the layer may cut a block: its sum is parked and resumed by the next tile.

export const weights: Operation = {
  items: (job) => {
    const { filterParts, tapParts } = partsOf(job);
    return job.groups * filterParts * tapParts;
  },
  run(job, item, bench) {
    const { filterParts, tapParts } = partsOf(job);
    const taps = share(tapsOf(job), tapParts, item % tapParts, job.tileColumns);
    const filters = share(job.groupFilters, filterParts, Math.floor(item / tapParts) % filterParts, TILE_ROWS);
    const group = Math.floor(item / (tapParts * filterParts));
    weightCells(job, group, filters, taps, bench);
  },
};

function weightCells(
  job: Job,
  group: number,
  [firstFilter, endFilter]: Range,
  [firstTap, endTap]: Range,
  { kernels, scratch, pulse }: Workbench,
): void {
  const { elementBytes, tileColumns } = job;
  const { first, second } = scratchParts(job);
  const [a, b] = [scratch + first, scratch + second];
  const filters = endFilter - firstFilter;
  const taps = tapsOf(job);
  const planeBytes = job.plane * elementBytes;
  const cells = job.dW + (group * job.groupFilters + firstFilter) * taps * elementBytes;
  for (const block of blocksOf(job)) {
    const strip = block.count * elementBytes;
    for (const { image, from, count, at } of block.runs) {
      const filter = (image * job.groups + group) * job.groupFilters + firstFilter;
      const source = job.out + filter * planeBytes + from * elementBytes;
      const panel = a + at * TILE_ROWS * elementBytes;
      kernels.packAlong(panel, TILE_ROWS, source, 0, count, job.planeTable, filters, strip * TILE_ROWS);
    }
    for (let tap = firstTap; tap < endTap; tap += PANEL_COLUMNS) {
      if (pulse()) return;
      const columns = Math.min(PANEL_COLUMNS, endTap - tap);
      for (const { image, from, count, at } of block.runs) {
        const source = job.x + (image * job.groups + group) * job.groupChannels * job.xChannelBytes;
        const [kTable, laneTable] = [job.rowTable + from * 4, job.tapTable + tap * 4];
        const panel = b + at * tileColumns * elementBytes;
        kernels.packAlong(panel, tileColumns, source, kTable, count, laneTable, columns, strip * tileColumns);
      }
      const c = cells + tap * elementBytes;
      const park = job.dWParked - job.dW;
      kernels.gemm(a, b, filters, columns, block.count, c, taps * elementBytes, park, 0, block.mode, scratch);
    }
  }
}

const BIAS_FILTERS = 8;

export const bias: Operation = {
  items: (job) => Math.ceil((job.groups * job.groupFilters) / BIAS_FILTERS),
  run(job, item, { kernels, pulse }) {
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
        const begin = i > 0 ? Mode.resume : block.mode & Mode.resume;
        const end = i < block.runs.length - 1 ? Mode.park : block.mode & (Mode.park | Mode.add);
        kernels.sumRows(source, planeBytes, filters, count, total, parked, begin | end);
      });
    }
  },
};

/** One block of the contract, as far as it lies in the tile: the rows of each image it touches, one run after the other. */
interface Block {
  readonly count: number;
  readonly mode: number;
  readonly runs: readonly { image: number; from: number; count: number; at: number }[];
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
    yield { count: end - row, mode, runs };
    row = end;
  }
}

/** A part has at most PANEL_FILTERS filters. Each part of the taps packs dout again, and each part of the filters packs col again: few parts, enough for the threads. */
function partsOf(job: Job): { filterParts: number; tapParts: number } {
  const wanted = job.threads === 1 ? 1 : 2 * job.threads;
  const mostTapParts = Math.ceil(tapsOf(job) / (4 * job.tileColumns));
  const mostFilterParts = Math.ceil(job.groupFilters / (2 * TILE_ROWS));
  const needed = Math.min(mostFilterParts, Math.ceil(wanted / (job.groups * mostTapParts)));
  const filterParts = Math.max(Math.ceil(job.groupFilters / PANEL_FILTERS), needed);
  return {
    filterParts,
    tapParts: Math.max(1, Math.min(mostTapParts, Math.ceil(wanted / (job.groups * filterParts)))),
  };
}
