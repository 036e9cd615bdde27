/**
 * One tile of a layer as plain numbers: what a task needs to know, as it crosses to the threads in shared memory.
 * Every field is a whole number; regions, tables and …Bytes are in bytes, pointers from the start of the memory.
 * Channels, filters and groups count from the tile's first; an image's data are whole planes, channel after channel.
 */
const fields = [
  // sizes
  "elementBytes",
  "tileColumns",
  "threads",
  "images",
  "groups",
  "groupChannels",
  "groupFilters",
  "kernelHeight",
  "kernelWidth",
  /** Output positions of one image in the tile, and of one line. */
  "plane",
  "outWidth",
  "strideY",
  "strideX",
  "dilationY",
  "dilationX",
  /** Columns of zero (or copied) padding before x's first. */
  "beginX",
  /** Columns of x and dx; lines and columns of a channel of x with its padding. */
  "width",
  "paddedLines",
  "paddedWidth",
  /** Lines of dx held for each channel, and the padded line of the tile that shows the first of them. */
  "lines",
  "firstLine",
  /** 1 if dx holds sums already; 0: each begins at +0. */
  "dxBegun",
  /** The contract's block, the tile's first row of col in the whole layer, and the layer's rows. */
  "block",
  "firstRow",
  "totalRows",
  /** Rows from one milestone to the next: see conv/run.ts. */
  "milestone",
  // regions
  /** x with its padding, and as it comes: `rawX` is `x` where there is no padding, else where dx will be. */
  "x",
  "rawX",
  "W",
  /** 0 without bias. */
  "b",
  /** out in the forward pass, dout in the backward pass. */
  "out",
  "dW",
  "dWParked",
  "db",
  "dbParked",
  /** What dW and db are at each milestone in the tile. */
  "dWMilestones",
  "dbMilestones",
  "dx",
  /** Bytes from one filter's row of W to the next. */
  "weightPitch",
  /** Bytes of one channel of x (padded) and of dx. */
  "xChannelBytes",
  "dxChannelBytes",
  // tables of 32-bit numbers
  /** Tap (c, ky, kx) of a group -> its bytes from the corner of the window. */
  "tapTable",
  /** Output position of the plane -> its window's corner in padded x, in bytes. */
  "rowTable",
  /** Filter of a group -> its plane of out, in bytes. */
  "planeTable",
  /** Padded line of the tile -> its line of dx in bytes, or −1. */
  "lineTable",
  /** Padded column -> its column of dx; 0 where padding is zeros. */
  "columnTable",
  // each thread's own: see `workSizes` in work.ts
  "scratch",
  "scratchBytes",
  "scratchA",
  "scratchB",
  "scratchTile",
  /** Channels that dcol is made for at a time, and output positions. */
  "unitChannels",
  "dcolColumns",
] as const;

export type Job = Readonly<Record<(typeof fields)[number], number>>;

export const JOB_FIELDS = fields.length;
/** Two builds of the engine understand each other only if they agree on this. */
export const JOB_FORMAT = fields.join(" ");

export function writeJob(job: Job, words: Float64Array): void {
  fields.forEach((field, i) => (words[i] = job[field]));
}

export function readJob(words: Float64Array): Job {
  // Object.fromEntries forgets the keys' names; they are exactly the fields.
  return Object.fromEntries(fields.map((field, i) => [field, words[i]])) as Job;
}

/** [from, to) */
export type Range = readonly [number, number];

/** [from, to) of part `part` of `parts`, cut at multiples of `grain`: parts differ by at most one grain. */
export function share(total: number, parts: number, part: number, grain: number): Range {
  const grains = Math.ceil(total / grain);
  return [
    Math.min(total, Math.floor((grains * part) / parts) * grain),
    Math.min(total, Math.floor((grains * (part + 1)) / parts) * grain),
  ];
}

export function roundUp(value: number, grain: number): number {
  return Math.ceil(value / grain) * grain;
}
