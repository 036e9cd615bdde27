import { isDirect } from "./forward";
import { type Job, type Range, roundUp, share } from "./job";
import { type Kernels, Mode, TILE_ROWS } from "./kernels";
import { type Operation, type Workbench } from "./work";

// dcol[row, tap] = Σ_f dout[row, f] · W[f, tap], and dx collects it: col2im. dcol exists as one small tile at a time, rows of
// a micro-tile being taps. One item owns its cells of dx: it goes through the output positions in order, so each cell meets
// its summands in the contract's order (oy, ox, ky, kx), whoever works on it.

export const data: Operation = {
  items: (job) => {
    const { unitParts, bands } = partsOf(job);
    return job.images * job.groups * unitParts * bands;
  },
  run(job, item, bench) {
    const { unitParts, bands } = partsOf(job);
    const units = share(unitsOf(job), unitParts, item % unitParts, 1);
    const band = share(job.lines, bands, Math.floor(item / unitParts) % bands, 1);
    const plane = Math.floor(item / (unitParts * bands));
    const [image, group] = [Math.floor(plane / job.groups), plane % job.groups];
    bench.need(0, (plane + 1) * job.groupFilters);
    if (isDirectData(job)) directCells(job, image, group, channelsOf(job, units), band, bench);
    else if (units[0] < units[1]) dataCells(job, image, group, units, band, bench);
  },
};

function dataCells(job: Job, image: number, group: number, units: Range, lines: Range, bench: Workbench): void {
  const { kernels, scratch, pulse } = bench;
  const { elementBytes } = job;
  const panel = scratch + job.scratchB;
  const most = job.dcolColumns;
  const planeBytes = job.plane * elementBytes;
  const dout = job.out + (image * job.groups + group) * job.groupFilters * planeBytes;
  const [firstRow, endRow] = positionsFor(job, lines);
  const pointwise = isPointwise(job);
  clear(job, image, group, channelsOf(job, units), lines, kernels);
  for (let row = firstRow; row < endRow; row += most) {
    const count = Math.min(most, endRow - row);
    const width = roundUp(count, job.tileColumns);
    for (let f = 0; f < job.groupFilters; f += job.block) {
      if (pulse()) return;
      const filters = Math.min(job.block, job.groupFilters - f);
      const source = dout + row * elementBytes;
      const to = panel + f * width * elementBytes;
      kernels.packAcross(to, source, job.planeTable + f * 4, filters, 0, count);
    }
    for (let unit = units[0]; unit < units[1]; unit++) {
      if (pulse()) return;
      if (pointwise) {
        const channel = (image * job.groups + group) * job.groupChannels + unit * job.unitChannels;
        const cells = job.dx + channel * job.dxChannelBytes + row * elementBytes;
        dcolTile(job, group, unit, panel, width, count, { at: cells, pitch: job.dxChannelBytes }, Mode.add, bench);
      } else {
        const tile = { at: scratch + job.scratchTile, pitch: count * elementBytes };
        dcolTile(job, group, unit, panel, width, count, tile, 0, bench);
        scatterTile(job, image, group, unit, row, count, lines, bench);
      }
    }
  }
}

/** Every cell of dx begins at +0. */
function clear(job: Job, image: number, group: number, channels: Range, lines: Range, kernels: Kernels): void {
  if (job.dxBegun === 1) return;
  const lineBytes = job.width * job.elementBytes;
  for (let c = channels[0]; c < channels[1]; c++) {
    const channel = job.dx + ((image * job.groups + group) * job.groupChannels + c) * job.dxChannelBytes;
    kernels.clear(channel + lines[0] * lineBytes, (lines[1] - lines[0]) * lineBytes);
  }
}

/**
 * 1 × 1 at stride 1 without padding: dcol is added into dx as it is, each cell once. Other padding modes than zeros may show a
 * line again.
 */
function isPointwise(job: Job): boolean {
  const { kernelHeight, kernelWidth, plane, elementBytes, dxChannelBytes } = job;
  const same = kernelHeight * kernelWidth === 1 && plane * elementBytes === dxChannelBytes && job.rawX === job.x;
  return same && job.columnTable === 0;
}

/**
 * One unit's taps at `count` positions: [taps][count], the rows of `tile`. `first` is the first block's mode: added to cells
 * that are +0, it changes nothing but a −0, as dx has it.
 */
function dcolTile(
  job: Job,
  group: number,
  unit: number,
  panel: number,
  width: number,
  count: number,
  tile: { readonly at: number; readonly pitch: number },
  first: number,
  { kernels, scratch }: Workbench,
): void {
  const { elementBytes } = job;
  const window = job.kernelHeight * job.kernelWidth;
  const taps = channelCount(job, unit) * window;
  const pitch = job.weightPitch;
  const weights = job.W + group * job.groupFilters * pitch + unit * job.unitChannels * window * elementBytes;
  for (let f = 0; f < job.groupFilters; f += job.block) {
    const filters = Math.min(job.block, job.groupFilters - f);
    const b = panel + f * width * elementBytes;
    const mode = f > 0 ? Mode.add : first;
    kernels.gemm(
      weights + f * pitch,
      elementBytes,
      pitch,
      b,
      taps,
      count,
      filters,
      tile.at,
      tile.pitch,
      0,
      mode,
      scratch,
    );
  }
}

/** Groups of few filters: dx from dout line by line, without dcol. Not where padding shows cells of x again. */
function isDirectData(job: Job): boolean {
  return isDirect(job) && job.columnTable === 0;
}

function directCells(job: Job, image: number, group: number, channels: Range, lines: Range, bench: Workbench): void {
  const { kernels, scratch, pulse } = bench;
  const { elementBytes } = job;
  const planeBytes = job.plane * elementBytes;
  const window = job.kernelHeight * job.kernelWidth * elementBytes;
  const filterBytes = job.weightPitch;
  const filter = group * job.groupFilters;
  const dout = job.out + (image * job.groups * job.groupFilters + filter) * planeBytes;
  const [firstRow, endRow] = positionsFor(job, lines);
  const lineBytes = job.width * elementBytes;
  clear(job, image, group, channels, lines, kernels);
  for (let c = channels[0]; c < channels[1]; c++) {
    const channel = (image * job.groups + group) * job.groupChannels + c;
    for (let row = firstRow; row < endRow; row += job.outWidth) {
      if (pulse()) return;
      kernels.directData(
        dout + row * elementBytes,
        job.outWidth,
        job.groupFilters,
        planeBytes,
        job.W + filter * filterBytes + c * window,
        filterBytes,
        job.kernelHeight,
        job.kernelWidth,
        job.dx + channel * job.dxChannelBytes,
        job.lineTable + (row / job.outWidth) * job.strideY * 4,
        job.dilationY,
        lines[0] * lineBytes,
        lines[1] * lineBytes,
        -job.beginX,
        job.strideX,
        job.dilationX,
        job.width,
        scratch,
      );
    }
  }
}

/** The tile's positions line by line of out, each line's part at once. */
function scatterTile(
  job: Job,
  image: number,
  group: number,
  unit: number,
  row: number,
  count: number,
  lines: Range,
  { kernels, scratch }: Workbench,
): void {
  const { elementBytes } = job;
  const channel = (image * job.groups + group) * job.groupChannels + unit * job.unitChannels;
  const lineBytes = job.width * elementBytes;
  for (let done = 0; done < count;) {
    const [oy, ox] = [Math.floor((row + done) / job.outWidth), (row + done) % job.outWidth];
    const part = Math.min(count - done, job.outWidth - ox);
    kernels.scatter(
      scratch + job.scratchTile + done * elementBytes,
      count * elementBytes,
      part,
      channelCount(job, unit),
      job.kernelHeight,
      job.kernelWidth,
      job.dx + channel * job.dxChannelBytes,
      job.dxChannelBytes,
      job.lineTable + oy * job.strideY * 4,
      job.dilationY,
      lines[0] * lineBytes,
      lines[1] * lineBytes,
      ox * job.strideX - job.beginX,
      job.strideX,
      job.dilationX,
      job.width,
      job.columnTable === 0 ? 0 : job.columnTable + ox * job.strideX * 4,
    );
    done += part;
  }
}

/** Output positions whose windows reach the given lines of dx. Where padding shows lines again, any may: all positions. */
function positionsFor(job: Job, [first, end]: Range): Range {
  if (job.columnTable !== 0 || (first === 0 && end === job.lines)) return [0, job.plane];
  const height = job.plane / job.outWidth;
  const reach = (job.kernelHeight - 1) * job.dilationY;
  const from = Math.max(0, Math.ceil((first + job.firstLine - reach) / job.strideY));
  const to = Math.min(height, Math.floor((end - 1 + job.firstLine) / job.strideY) + 1);
  return [from * job.outWidth, Math.max(from, to) * job.outWidth];
}

function unitsOf(job: Job): number {
  return Math.ceil(job.groupChannels / job.unitChannels);
}

/** The channels of some units. */
function channelsOf(job: Job, units: Range): Range {
  const first = (unit: number) => Math.min(job.groupChannels, unit * job.unitChannels);
  return [first(units[0]), first(units[1])];
}

function channelCount(job: Job, unit: number): number {
  return Math.min(job.unitChannels, job.groupChannels - unit * job.unitChannels);
}

/** Channels first: they share nothing. Bands of lines, with the windows at their borders computed twice, only if few. */
function partsOf(job: Job): { unitParts: number; bands: number } {
  if (job.threads === 1) return { unitParts: 1, bands: 1 };
  const planes = job.images * job.groups;
  const window = job.kernelHeight * job.kernelWidth;
  const mostParts = Math.max(1, Math.min(unitsOf(job), Math.floor((job.groupChannels * window) / (4 * TILE_ROWS))));
  const unitParts = Math.min(mostParts, Math.ceil((3 * job.threads) / planes));
  const extent = (job.kernelHeight - 1) * job.dilationY + 1;
  const mostBands = job.columnTable === 0 ? Math.max(1, Math.floor(job.lines / (4 * extent))) : 1;
  const bands = Math.min(mostBands, Math.ceil((2 * job.threads) / (planes * unitParts)));
  return { unitParts, bands };
}
