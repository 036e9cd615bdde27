import { type Job, type Range, roundUp, share } from "./job";
import { Mode, TILE_ROWS } from "./kernels";
import { type Operation, PANEL_COLUMNS, PANEL_FILTERS, type Workbench, scratchParts } from "./work";

// out[n, f, row] = Σ_tap W[f, tap] · col[row, tap] + b[f]. Rows of a micro-tile are filters, columns are output positions:
// lines of out are contiguous, and so, at stride 1, are the lines of x that a panel of col is packed from.

/** W as strips of 6 filters, block by block of taps: panels[g][block][strip][k][6]. */
export const packFilters: Operation = {
  items: (job) => (isDirect(job) ? 0 : job.groups * Math.ceil(tapsOf(job) / job.block)),
  run(job, item, { kernels }) {
    const taps = tapsOf(job);
    const blocks = Math.ceil(taps / job.block);
    const group = Math.floor(item / blocks);
    const from = (item % blocks) * job.block;
    const count = Math.min(job.block, taps - from);
    const weights = job.W + (group * job.groupFilters * taps + from) * job.elementBytes;
    const strip = count * TILE_ROWS * job.elementBytes;
    const to = filterPanel(job, group, from, 0, count);
    kernels.packAlong(to, TILE_ROWS, weights, 0, count, job.weightTable, job.groupFilters, strip);
  },
};

/** Elements of x that one item pads. */
const PAD_ELEMENTS = 16_384;

/** x with its padding written out: the padding mode is settled here, and no kernel asks again. */
export const padChannels: Operation = {
  items: (job) => (job.rawX === job.x ? 0 : Math.ceil((job.images * job.groups * job.groupChannels) / padGrain(job))),
  run(job, item, { kernels, pulse }) {
    const first = item * padGrain(job);
    const end = Math.min(first + padGrain(job), job.images * job.groups * job.groupChannels);
    for (let channel = first; channel < end && !pulse(); channel++) {
      const [to, from] = [job.x + channel * job.xChannelBytes, job.rawX + channel * job.dxChannelBytes];
      const { paddedLines, lineTable, paddedWidth, beginX, width, columnTable } = job;
      kernels.pad(to, from, paddedLines, lineTable, paddedWidth, beginX, width, columnTable);
    }
  },
};

function padGrain(job: Job): number {
  return Math.max(1, Math.floor(PAD_ELEMENTS / (job.paddedLines * job.paddedWidth)));
}

export const forward: Operation = {
  items: (job) => {
    const { filterParts, rowParts } = partsOf(job);
    return job.images * job.groups * filterParts * rowParts;
  },
  run(job, item, bench) {
    const { filterParts, rowParts } = partsOf(job);
    const [part, rowPart, plane] = [
      item % filterParts,
      Math.floor(item / filterParts) % rowParts,
      Math.floor(item / (filterParts * rowParts)),
    ];
    const filters = share(job.groupFilters, filterParts, part, TILE_ROWS);
    const rows = share(job.plane, rowParts, rowPart, job.tileColumns);
    const cells = isDirect(job) ? directCells : forwardCells;
    cells(job, Math.floor(plane / job.groups), plane % job.groups, filters, rows, bench);
  },
};

function forwardCells(
  job: Job,
  image: number,
  group: number,
  [firstFilter, endFilter]: Range,
  [firstRow, endRow]: Range,
  { kernels, scratch, pulse }: Workbench,
): void {
  const taps = tapsOf(job);
  const panel = scratch + scratchParts(job).second;
  const source = job.x + (image * job.groups + group) * job.groupChannels * job.xChannelBytes;
  const pitch = job.plane * job.elementBytes;
  const out = job.out + (image * job.groups + group) * job.groupFilters * pitch + firstRow * job.elementBytes;
  const rows = endRow - firstRow;
  for (let from = 0; from < taps; from += job.block) {
    if (pulse()) return;
    const count = Math.min(job.block, taps - from);
    const [kTable, rowTable] = [job.tapTable + from * 4, job.rowTable + firstRow * 4];
    kernels.packAcross(panel, job.tileColumns, source, kTable, count, rowTable, rows);
    const biased = job.b !== 0 && from + count === taps;
    const mode = (from > 0 ? Mode.add : 0) | (biased ? Mode.bias : 0);
    for (let f = firstFilter; f < endFilter; f += PANEL_FILTERS) {
      const a = filterPanel(job, group, from, f, count);
      const bias = job.b + (group * job.groupFilters + f) * job.elementBytes;
      const filters = Math.min(PANEL_FILTERS, endFilter - f);
      kernels.gemm(a, panel, filters, rows, count, out + f * pitch, pitch, 0, bias, mode, scratch);
    }
  }
}

/** Up to so many filters of a group read x where it stands: a panel would not be read often enough to be worth packing. */
const DIRECT_FILTERS = 3;
const DIRECT_POSITIONS = 4096;

function isDirect(job: Job): boolean {
  return job.groupFilters <= DIRECT_FILTERS;
}

function directCells(
  job: Job,
  image: number,
  group: number,
  [firstFilter, endFilter]: Range,
  [firstRow, endRow]: Range,
  { kernels, scratch, pulse }: Workbench,
): void {
  const { elementBytes, block } = job;
  const taps = tapsOf(job);
  const source = job.x + (image * job.groups + group) * job.groupChannels * job.xChannelBytes;
  for (let f = firstFilter; f < endFilter; f++) {
    const filter = group * job.groupFilters + f;
    const plane = image * job.groups * job.groupFilters + filter;
    const out = job.out + (plane * job.plane + firstRow) * elementBytes;
    for (let from = 0; from < taps; from += block) {
      if (pulse()) return;
      const count = Math.min(block, taps - from);
      const [weights, bias] = [job.W + (filter * taps + from) * elementBytes, job.b + filter * elementBytes];
      const biased = job.b !== 0 && from + count === taps;
      const mode = (from > 0 ? Mode.add : 0) | (biased ? Mode.bias : 0);
      const [rows, tapTable] = [job.rowTable + firstRow * 4, job.tapTable + from * 4];
      kernels.direct(source, rows, endRow - firstRow, tapTable, count, weights, out, bias, mode, scratch);
    }
  }
}

/** The strip that begins with filter `first` (a multiple of 6), in the block of `count` taps from `from`. */
function filterPanel(job: Job, group: number, from: number, first: number, count: number): number {
  const height = roundUp(job.groupFilters, TILE_ROWS);
  return job.panels + (group * height * tapsOf(job) + from * height + first * count) * job.elementBytes;
}

export function filterPanelElements(job: Pick<Job, "groups" | "groupFilters">, taps: number): number {
  return job.groups * roundUp(job.groupFilters, TILE_ROWS) * taps;
}

export function tapsOf(job: Pick<Job, "groupChannels" | "kernelHeight" | "kernelWidth">): number {
  return job.groupChannels * job.kernelHeight * job.kernelWidth;
}

/** Rows are cut as finely as a panel holds; filters only if there would be too few items for the threads. */
function partsOf(job: Job): { filterParts: number; rowParts: number } {
  const rowParts = Math.ceil(job.plane / (isDirect(job) ? DIRECT_POSITIONS : PANEL_COLUMNS));
  const wanted = job.threads === 1 ? 1 : Math.ceil((3 * job.threads) / (job.images * job.groups * rowParts));
  return { rowParts, filterParts: Math.max(1, Math.min(wanted, Math.ceil(job.groupFilters / (4 * TILE_ROWS)))) };
}
