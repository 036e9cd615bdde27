import type { ComputeDtype } from "../tensor/dtype";

/**
 * What runs on the bytes of the engine's memory. The WASM kernels (kernels/*.ts) export exactly this; scalar.ts is the same in
 * TypeScript, for hosts without SIMD or shared memory. All pointers and strides are bytes; k, rows, counts are elements.
 *
 * Panels hold the columns of a micro-tile side by side: panel[k][j] = source[kTable[k] + laneTable[j]], strip after strip. A
 * table is u32 byte offsets; 0 in its place means elements side by side.
 */
export interface Kernels {
  /** c[rows × cols] ← one block of products, as `mode` says: rows of a are `ai` apart, its steps of k `ak`; b is a panel. */
  gemm(
    a: number,
    ai: number,
    ak: number,
    b: number,
    rows: number,
    cols: number,
    k: number,
    c: number,
    stride: number,
    park: number,
    mode: number,
    spare: number,
  ): void;
  /** c[i][j] += bias[i]. */
  addBias(c: number, stride: number, rows: number, cols: number, bias: number): void;
  /** One block of `k` taps of one filter at `count` positions, straight from x: out[i] ← Σ weights[tap] · x[rows[i] + taps[tap]]. */
  direct(
    x: number,
    rows: number,
    count: number,
    taps: number,
    k: number,
    weights: number,
    out: number,
    mode: number,
    spare: number,
  ): void;
  /** dW of one filter, one block or a part of it: see kernels/depthwise.ts. `kind`: taps of a line are so many elements apart, 1 or 2. */
  directWeights(
    x: number,
    rows: number,
    count: number,
    dout: number,
    taps: number,
    tapCount: number,
    length: number,
    kind: number,
    total: number,
    parked: number,
    mode: number,
    spare: number,
  ): void;
  /** dx of one channel from one line of out: see kernels/depthwise.ts. */
  directData(
    dout: number,
    count: number,
    filters: number,
    planeBytes: number,
    weights: number,
    filterBytes: number,
    kernelHeight: number,
    kernelWidth: number,
    dx: number,
    lines: number,
    lineStep: number,
    from: number,
    to: number,
    origin: number,
    stride: number,
    dilation: number,
    width: number,
    spare: number,
  ): void;
  /** Panels of a source whose lanes mostly stand side by side. Strips are kCount long. */
  packAcross(panel: number, source: number, kTable: number, kCount: number, laneTable: number, laneCount: number): void;
  /** Panels of a source whose k mostly stand side by side. Strips are `stripBytes` apart. */
  packAlong(
    panel: number,
    source: number,
    kTable: number,
    kCount: number,
    laneTable: number,
    laneCount: number,
    stripBytes: number,
  ): void;
  /** `rows` pieces of `bytes`, from `fromPitch` apart to `toPitch` apart. */
  copyRows(to: number, toPitch: number, from: number, fromPitch: number, rows: number, bytes: number): void;
  /** Zeros. */
  clear(to: number, bytes: number): void;
  /** One channel of x with its padding written out: `lines` lines of `width` elements. */
  pad(
    to: number,
    source: number,
    lines: number,
    lineTable: number,
    width: number,
    begin: number,
    size: number,
    columnTable: number,
  ): void;
  /** Adds `count` elements to the running sum of each row. */
  sumRows(
    source: number,
    pitch: number,
    rows: number,
    count: number,
    total: number,
    parked: number,
    mode: number,
  ): void;
  /** Adds a tile of dcol into dx: see kernels/sums.ts. */
  scatter(
    tile: number,
    pitch: number,
    count: number,
    channels: number,
    kernelHeight: number,
    kernelWidth: number,
    dx: number,
    channelBytes: number,
    lines: number,
    lineStep: number,
    from: number,
    to: number,
    origin: number,
    stride: number,
    dilation: number,
    width: number,
    columns: number,
  ): void;
}

/** How a block of the contract starts and ends: the bits of kernels/micro.ts. */
export const Mode = { resume: 1, park: 2, add: 4 } as const;

/** Rows of a micro-tile: filters of out, taps of dcol. */
export const TILE_ROWS = 6;
/** Columns of a micro-tile: two vectors of 128 bits. */
export const tileColumns = { float32: 8, float64: 4 } as const satisfies Record<ComputeDtype, number>;
/** What `gemm` needs at `spare`: a tile of totals and one of parked sums. */
export const SPARE_BYTES = 2 * TILE_ROWS * 32;

export type Variant = "relaxed" | "simd" | "scalar";
export type KernelName = `f${32 | 64}-gemm-6x${8 | 4}-${"relaxed" | "simd"}`;

/** The file under assets/kernels, without ".wasm". */
export function kernelName(dtype: ComputeDtype, variant: "relaxed" | "simd"): KernelName {
  return dtype === "float32" ? `f32-gemm-6x8-${variant}` : `f64-gemm-6x4-${variant}`;
}

/** The kernels of a compiled module on a memory. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  // The build compiles f32.ts and f64.ts, whose exports are these functions; WASM carries no types to check it by.
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}

/**
 * Whether the kernels' multiply-add rounds once. With e = 2⁻¹²: −(1 + 2e)·1 + (1 + e)·(1 + e) is e² if the product is not
 * rounded, and 0 if it is. For float64 e is 2⁻²⁷. Every lane of every row is asked.
 */
export function probeFused(dtype: ComputeDtype, kernels: Kernels, memory: WebAssembly.Memory): boolean {
  const cells = dtype === "float32" ? new Float32Array(memory.buffer) : new Float64Array(memory.buffer);
  const bytes = cells.BYTES_PER_ELEMENT;
  const e = dtype === "float32" ? 2 ** -12 : 2 ** -27;
  const columns = tileColumns[dtype];
  const [a, b, c] = [64, 128, 256];
  cells.fill(-(1 + 2 * e), a, a + TILE_ROWS).fill(1 + e, a + TILE_ROWS, a + 2 * TILE_ROWS);
  cells.fill(1, b, b + columns).fill(1 + e, b + columns, b + 2 * columns);
  kernels.gemm(
    a * bytes,
    bytes,
    TILE_ROWS * bytes,
    b * bytes,
    TILE_ROWS,
    columns,
    2,
    c * bytes,
    columns * bytes,
    0,
    0,
    8192,
  );
  return cells.subarray(c, c + TILE_ROWS * columns).every((cell) => cell === e * e);
}
