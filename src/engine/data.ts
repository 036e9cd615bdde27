import { type Job, type Range, share } from "./job";
import { Mode, TILE_ROWS } from "./kernels";
import { type Operation, type Workbench, dcolColumns, scratchParts, unitChannels, unitStrips } from "./work";

// dcol[row, tap] = Σ_f dout[row, f] · W[f, tap], and dx collects it: col2im. dcol exists as one small tile at a time, rows of
// a micro-tile being taps. One item owns its cells of dx: it goes through the output positions in order, so each cell meets
// its summands in the contract's order (oy, ox, ky, kx), whoever works on it.

/** W as strips of 6 taps, block by block of filters: panels[g][block][unit][strip][f][6]. */
export const packTaps: Operation = {
  items: (job) => job.groups * unitsOf(job),
  run(job, item, { kernels }) {
    const [group, unit] = [Math.floor(item / unitsOf(job)), item % unitsOf(job)];
    const window = job.kernelHeight * job.kernelWidth;
    const taps = job.groupChannels * window;
    const firstTap = unit * unitChannels(job) * window;
    const live = Math.min(unitChannels(job) * window, taps - firstTap);
    for (let f = 0; f < job.groupFilters; f += job.block) {
      const count = Math.min(job.block, job.groupFilters - f);
      const source = job.W + ((group * job.groupFilters + f) * taps + firstTap) * job.elementBytes;
      kernels.packAcross(tapPanel(job, group, f, unit, count), TILE_ROWS, source, job.weightTable, count, 0, live);
    }
  },
};

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
    if (units[0] < units[1]) dataCells(job, Math.floor(plane / job.groups), plane % job.groups, units, band, bench);
  },
};

function dataCells(job: Job, image: number, group: number, units: Range, lines: Range, bench: Workbench): void {
  const { kernels, scratch, pulse } = bench;
  const { elementBytes } = job;
  const panel = scratch + scratchParts(job).second;
  const most = dcolColumns(job);
  const planeBytes = job.plane * elementBytes;
  const dout = job.out + (image * job.groups + group) * job.groupFilters * planeBytes;
  const [firstRow, endRow] = positionsFor(job, lines);
  for (let row = firstRow; row < endRow; row += most) {
    const count = Math.min(most, endRow - row);
    const width = Math.ceil(count / job.tileColumns) * job.tileColumns;
    for (let f = 0; f < job.groupFilters; f += job.block) {
      if (pulse()) return;
      const filters = Math.min(job.block, job.groupFilters - f);
      const source = dout + f * planeBytes + row * elementBytes;
      const to = panel + f * width * elementBytes;
      kernels.packAcross(to, job.tileColumns, source, job.planeTable, filters, 0, count);
    }
    for (let unit = units[0]; unit < units[1]; unit++) {
      if (pulse()) return;
      dcolTile(job, group, unit, panel, width, count, bench);
      scatterTile(job, image, group, unit, row, count, lines, bench);
    }
  }
}

/** One unit's taps at `count` positions, into the scratch: [taps][count]. */
function dcolTile(
  job: Job,
  group: number,
  unit: number,
  panel: number,
  width: number,
  count: number,
  { kernels, scratch }: Workbench,
): void {
  const { elementBytes } = job;
  const tile = scratch + scratchParts(job).first;
  const taps = channelsOf(job, unit) * job.kernelHeight * job.kernelWidth;
  for (let f = 0; f < job.groupFilters; f += job.block) {
    const filters = Math.min(job.block, job.groupFilters - f);
    const a = tapPanel(job, group, f, unit, filters);
    const b = panel + f * width * elementBytes;
    const mode = f > 0 ? Mode.add : 0;
    kernels.gemm(a, b, taps, count, filters, tile, count * elementBytes, 0, 0, mode, scratch);
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
  const tile = scratch + scratchParts(job).first;
  const channel = (image * job.groups + group) * job.groupChannels + unit * unitChannels(job);
  const lineBytes = job.width * elementBytes;
  for (let done = 0; done < count;) {
    const [oy, ox] = [Math.floor((row + done) / job.outWidth), (row + done) % job.outWidth];
    const part = Math.min(count - done, job.outWidth - ox);
    kernels.scatter(
      tile + done * elementBytes,
      count * elementBytes,
      part,
      channelsOf(job, unit),
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

function unitsOf(job: Pick<Job, "groupChannels" | "kernelHeight" | "kernelWidth">): number {
  return Math.ceil(job.groupChannels / unitChannels(job));
}

function channelsOf(job: Job, unit: number): number {
  return Math.min(unitChannels(job), job.groupChannels - unit * unitChannels(job));
}

/** The first strip of a unit, in the block of `count` filters from `from`. */
function tapPanel(job: Job, group: number, from: number, unit: number, count: number): number {
  const height = unitsOf(job) * unitStrips(job) * TILE_ROWS;
  const first = unit * unitStrips(job) * TILE_ROWS;
  return job.panels + (group * height * job.groupFilters + from * height + first * count) * job.elementBytes;
}

export function tapPanelElements(
  job: Pick<Job, "groups" | "groupFilters" | "groupChannels" | "kernelHeight" | "kernelWidth">,
): number {
  return job.groups * unitsOf(job) * unitStrips(job) * TILE_ROWS * job.groupFilters;
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
