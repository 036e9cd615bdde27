import { type Job, type Range, share } from "./job";
import { type Kernels, Mode, TILE_ROWS } from "./kernels";
import { type Operation, PANEL_COLUMNS, type Workbench } from "./work";

// out[n, f, row] = Σ_tap W[f, tap] · col[row, tap] + b[f]. Rows of a micro-tile are filters, columns are output positions:
// lines of out are contiguous, and so, at stride 1, are the lines of x that a panel of col is packed from.

/** Elements of x that one item pads. */
const PAD_ELEMENTS = 16_384;

/** x with its padding written out: the padding mode is settled here, and no kernel asks again. */
export const padChannels: Operation = {
  items: (job) =>
    job.rawX === job.x || padsOnTheWay(job)
      ? 0
      : Math.ceil((job.images * job.groups * job.groupChannels) / padGrain(job)),
  run(job, item, { kernels, pulse, need }) {
    const first = item * padGrain(job);
    const end = Math.min(first + padGrain(job), job.images * job.groups * job.groupChannels);
    need(0, end);
    for (let channel = first; channel < end && !pulse(); channel++) padChannel(job, channel, kernels);
  },
};

/** Items of whole groups pad their own channels, which are then still in the cache. */
function padsOnTheWay(job: Job): boolean {
  return isDirect(job) && partsOf(job).rowParts === 1;
}

function padChannel(job: Job, channel: number, kernels: Kernels): void {
  const [to, from] = [job.x + channel * job.xChannelBytes, job.rawX + channel * job.dxChannelBytes];
  const { paddedLines, lineTable, paddedWidth, beginX, width, columnTable } = job;
  kernels.pad(to, from, paddedLines, lineTable, paddedWidth, beginX, width, columnTable);
}

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
    const [image, group] = [Math.floor(plane / job.groups), plane % job.groups];
    if (isDirect(job)) directCells(job, image, group, filters, rows, bench);
    else
      for (let row = rows[0]; row < rows[1]; row += PANEL_COLUMNS)
        forwardCells(job, image, group, filters, [row, Math.min(rows[1], row + PANEL_COLUMNS)], bench);
  },
};

function forwardCells(
  job: Job,
  image: number,
  group: number,
  [firstFilter, endFilter]: Range,
  [firstRow, endRow]: Range,
  { kernels, scratch, pulse, need }: Workbench,
): void {
  const taps = tapsOf(job);
  const panel = scratch + job.scratchB;
  const firstChannel = (image * job.groups + group) * job.groupChannels;
  const source = job.x + firstChannel * job.xChannelBytes;
  const filter = group * job.groupFilters + firstFilter;
  const filters = endFilter - firstFilter;
  const pitch = job.plane * job.elementBytes;
  const plane = image * job.groups * job.groupFilters + filter;
  const out = job.out + plane * pitch + firstRow * job.elementBytes;
  const rows = endRow - firstRow;
  need(1, group * job.groupFilters + endFilter);
  for (let from = 0; from < taps; from += job.block) {
    if (pulse()) return;
    const count = Math.min(job.block, taps - from);
    const [kTable, rowTable] = [job.tapTable + from * 4, job.rowTable + firstRow * 4];
    need(0, firstChannel + Math.ceil((from + count) / (job.kernelHeight * job.kernelWidth)));
    kernels.packAcross(panel, source, kTable, count, rowTable, rows);
    const a = job.W + filter * job.weightPitch + from * job.elementBytes;
    const mode = from > 0 ? Mode.add : 0;
    kernels.gemm(a, job.weightPitch, job.elementBytes, panel, filters, rows, count, out, pitch, 0, mode, scratch);
  }
  if (job.b !== 0) kernels.addBias(out, pitch, filters, rows, job.b + filter * job.elementBytes);
}

/** Up to so many filters of a group read x where it stands: a panel would not be read often enough to be worth packing. */
export const DIRECT_FILTERS = 3;
const DIRECT_POSITIONS = 4096;

export function isDirect(job: Job): boolean {
  return job.groupFilters <= DIRECT_FILTERS;
}

function directCells(
  job: Job,
  image: number,
  group: number,
  [firstFilter, endFilter]: Range,
  [firstRow, endRow]: Range,
  { kernels, scratch, pulse, need }: Workbench,
): void {
  const { elementBytes, block } = job;
  const taps = tapsOf(job);
  need(0, (image * job.groups + group + 1) * job.groupChannels);
  need(1, (group + 1) * job.groupFilters);
  const first = (image * job.groups + group) * job.groupChannels;
  if (job.rawX !== job.x && padsOnTheWay(job))
    for (let channel = first; channel < first + job.groupChannels && !pulse(); channel++)
      padChannel(job, channel, kernels);
  const source = job.x + first * job.xChannelBytes;
  for (let f = firstFilter; f < endFilter; f++) {
    const filter = group * job.groupFilters + f;
    const plane = image * job.groups * job.groupFilters + filter;
    const out = job.out + (plane * job.plane + firstRow) * elementBytes;
    for (let from = 0; from < taps; from += block) {
      if (pulse()) return;
      const count = Math.min(block, taps - from);
      const weights = job.W + filter * job.weightPitch + from * elementBytes;
      const mode = from > 0 ? Mode.add : 0;
      const [rows, tapTable] = [job.rowTable + firstRow * 4, job.tapTable + from * 4];
      kernels.direct(source, rows, endRow - firstRow, tapTable, count, weights, out, mode, scratch);
    }
    if (job.b !== 0) kernels.addBias(out, 0, 1, endRow - firstRow, job.b + filter * elementBytes);
  }
}

export function tapsOf(job: Pick<Job, "groupChannels" | "kernelHeight" | "kernelWidth">): number {
  return job.groupChannels * job.kernelHeight * job.kernelWidth;
}

/** Products of an item: some 20 µs, of which to take the item is little. */
const ITEM_PRODUCTS = 2 ** 19;
/** Rows of an item, at least: with fewer, W would be read too often for too little. */
const FEWEST_ROWS = 48;

/**
 * Rows are cut as a panel holds them, and finer if there would be too few items for threads that do not start together. Filters
 * are cut last: each of their parts packs col anew.
 */
function partsOf(job: Job): { filterParts: number; rowParts: number } {
  const planes = job.images * job.groups;
  const wanted = job.threads === 1 ? 1 : Math.ceil((4 * job.threads) / planes);
  const mostRowParts = Math.floor(job.plane / FEWEST_ROWS);
  if (isDirect(job))
    return {
      rowParts: Math.max(Math.ceil(job.plane / DIRECT_POSITIONS), Math.min(wanted, mostRowParts)),
      filterParts: 1,
    };
  const rowsOfWork = Math.ceil(ITEM_PRODUCTS / (job.groupFilters * tapsOf(job) * PANEL_COLUMNS)) * PANEL_COLUMNS;
  const rowParts = Math.max(Math.ceil(job.plane / rowsOfWork), Math.min(wanted, mostRowParts));
  const filterParts = Math.min(Math.ceil(wanted / rowParts), Math.ceil(job.groupFilters / (4 * TILE_ROWS)));
  return { rowParts, filterParts: Math.max(1, filterParts) };
}
