import { lanes } from "./lanes";
import { ADD, PARK, RESUME } from "./micro";

/**
 * Adds `count` elements to each of `rows` running sums (rows of `source`, `pitch` bytes apart), one after the other.
 * Four rows at a time: four chains of additions hide each other's latency. Modes as in micro.ts.
 */
export function sumRows<T>(
  source: usize, pitch: usize, rows: i32, count: i32, total: usize, parked: usize, mode: i32,
): void {
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    let p = source + <usize>row * pitch;
    const q = p + pitch;
    const r = q + pitch;
    const s = r + pitch;
    let a = start<T>(parked, row, mode);
    let b = start<T>(parked, row + 1, mode);
    let c = start<T>(parked, row + 2, mode);
    let d = start<T>(parked, row + 3, mode);
    for (let i: usize = 0, bytes = <usize>(count * sizeof<T>()); i < bytes; i += sizeof<T>()) {
      a = <T>(a + load<T>(p + i));
      b = <T>(b + load<T>(q + i));
      c = <T>(c + load<T>(r + i));
      d = <T>(d + load<T>(s + i));
    }
    finish<T>(a, total, parked, row, mode);
    finish<T>(b, total, parked, row + 1, mode);
    finish<T>(c, total, parked, row + 2, mode);
    finish<T>(d, total, parked, row + 3, mode);
  }
  for (; row < rows; row++) {
    let a = start<T>(parked, row, mode);
    const p = source + <usize>row * pitch;
    for (let i = 0; i < count; i++) a = <T>(a + load<T>(p + i * sizeof<T>()));
    finish<T>(a, total, parked, row, mode);
  }
}

// @ts-ignore: decorator
@inline
function start<T>(parked: usize, row: i32, mode: i32): T {
  return mode & RESUME ? load<T>(parked + row * sizeof<T>()) : <T>0;
}

// @ts-ignore: decorator
@inline
function finish<T>(sum: T, total: usize, parked: usize, row: i32, mode: i32): void {
  const at: usize = row * sizeof<T>();
  if (mode & PARK) store<T>(parked + at, sum);
  else store<T>(total + at, mode & ADD ? <T>(load<T>(total + at) + sum) : sum);
}

/**
 * Adds a tile of dcol, [channels · kH · kW][count] with `pitch` bytes a row, into dx: `count` output positions of one
 * output line, whose windows begin at column `origin` of x (which may be negative). `lines` has, for each tap row, the byte
 * offset of x's line in a channel of dx, or −1 in zero padding; only lines in [from, to) are taken.
 *
 * Order (ARITHMETIC.md): a cell must meet ascending ox, then ky, then kx. Without `columns` (zero padding) a cell meets a
 * window at most once, and ox ascends as kx descends: kx is the outer loop, downwards, and ox goes along vectors.
 * With `columns` (the cell of x that each column of the padded line shows) the order is followed literally.
 */
export function scatter<T>(
  tile: usize, pitch: usize, count: i32, channels: i32, kernelHeight: i32, kernelWidth: i32,
  dx: usize, channelBytes: usize, lines: usize, lineStep: i32, from: i32, to: i32,
  origin: i32, stride: i32, dilation: i32, width: i32, columns: usize,
): void {
  for (let c = 0; c < channels; c++) {
    if (columns) {
      for (let i = 0; i < count; i++) {
        let d = tile + i * sizeof<T>();
        for (let ky = 0; ky < kernelHeight; ky++) {
          const line = load<i32>(lines + ((ky * lineStep) << 2));
          if (line >= from && line < to) {
            let column = columns + ((i * stride) << 2);
            for (let kx = 0; kx < kernelWidth; kx++) {
              const cell = dx + line + load<i32>(column) * sizeof<T>();
              store<T>(cell, <T>(load<T>(cell) + load<T>(d + <usize>kx * pitch)));
              column += dilation << 2;
            }
          }
          d += <usize>kernelWidth * pitch;
        }
      }
      tile += <usize>(kernelHeight * kernelWidth) * pitch;
    } else {
      for (let ky = 0; ky < kernelHeight; ky++) {
        const line = load<i32>(lines + ((ky * lineStep) << 2));
        if (line >= from && line < to) {
          if (stride == 1) {
            addWindows<T>(tile, pitch, dx + line, count, origin, kernelWidth, dilation, width);
          } else {
            for (let kx = kernelWidth - 1; kx >= 0; kx--)
              addLine<T>(tile + <usize>kx * pitch, dx + line, count, origin + kx * dilation, stride, width);
          }
        }
        tile += <usize>kernelWidth * pitch;
      }
    }
    dx += channelBytes;
  }
}

/**
 * One line of dx at stride 1, all taps of a line of the window at once: line[j] += Σ values[kx][j − origin − kx·dilation], kx
 * downwards. A vector of cells is loaded and stored once, whatever the kernel's width.
 */
function addWindows<T>(
  values: usize, pitch: usize, line: usize, count: i32, origin: i32, kernelWidth: i32, dilation: i32, width: i32,
): void {
  const reach = (kernelWidth - 1) * dilation;
  let j = max(0, origin);
  const end = min(width, origin + count + reach);
  // Cells of [full, stop) have all their summands.
  const full = origin + reach;
  const stop = min(end, origin + count);
  const last = values + <usize>(kernelWidth - 1) * pitch - (origin + reach) * sizeof<T>();
  const back = pitch - dilation * sizeof<T>();
  while (j < end) {
    if (j >= full && j + lanes<T>() <= stop) {
      let p = last + j * sizeof<T>();
      const cell = line + j * sizeof<T>();
      let sum = v128.load(cell);
      for (let kx = kernelWidth; kx > 0; kx--) {
        sum = v128.add<T>(sum, v128.load(p));
        p -= back;
      }
      v128.store(cell, sum);
      j += lanes<T>();
    } else if (j + lanes<T>() <= width) {
      let p = last + j * sizeof<T>();
      const cell = line + j * sizeof<T>();
      let sum = v128.load(cell);
      for (let kx = kernelWidth - 1; kx >= 0; kx--) {
        const i = j - origin - kx * dilation;
        if (i > -lanes<T>() && i < count) sum = v128.add<T>(sum, v128.and(v128.load(p), inside<T>(i, count)));
        p -= back;
      }
      v128.store(cell, sum);
      j += lanes<T>();
    } else {
      let sum = load<T>(line + j * sizeof<T>());
      for (let kx = kernelWidth - 1; kx >= 0; kx--) {
        const i = j - origin - kx * dilation;
        if (i >= 0 && i < count) sum = <T>(sum + load<T>(values + <usize>kx * pitch + i * sizeof<T>()));
      }
      store<T>(line + j * sizeof<T>(), sum);
      j++;
    }
  }
}

/** Ones in the lanes l with 0 ≤ i + l < count: what is masked away adds +0. */
// @ts-ignore: decorator
@inline
function inside<T>(i: i32, count: i32): v128 {
  if (sizeof<T>() == 4) {
    const lane = i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3));
    return v128.and(i32x4.ge_s(lane, i32x4.splat(0)), i32x4.lt_s(lane, i32x4.splat(count)));
  }
  const lane = i64x2.add(i64x2.splat(i), i64x2(0, 1));
  return v128.and(i64x2.ge_s(lane, i64x2.splat(0)), i64x2.lt_s(lane, i64x2.splat(count)));
}

/** line[first + i·stride] += values[i], for the i whose column lies in the line. */
function addLine<T>(values: usize, line: usize, count: i32, first: i32, stride: i32, width: i32): void {
  let i = first < 0 ? (stride - 1 - first) / stride : 0;
  const last = width - 1 - first;
  const end = last < 0 ? 0 : min(count, last / stride + 1);
  let cell = line + (first + i * stride) * sizeof<T>();
  let value = values + i * sizeof<T>();
  // The last cells that a vector touches must lie in the line, too.
  const whole = stride > 2 ? 0 : min(end, (width - first) / stride);
  for (; i + lanes<T>() <= whole; i += lanes<T>()) {
    if (stride == 1) addVector<T>(1, cell, v128.load(value));
    else addVector<T>(2, cell, v128.load(value));
    cell += stride << 4;
    value += 16;
  }
  for (; i < end; i++) {
    store<T>(cell, <T>(load<T>(cell) + load<T>(value)));
    cell += stride * sizeof<T>();
    value += sizeof<T>();
  }
}

/** Adds a vector to cells side by side, or to every second one: the others get +0, which changes no sum that began at +0. */
// @ts-ignore: decorator
@inline
export function addVector<T>(stride: i32, cell: usize, value: v128): void {
  if (stride == 1) {
    v128.store(cell, v128.add<T>(v128.load(cell), value));
  } else {
    const zero = i64x2.splat(0);
    const low = sizeof<T>() == 4 ? i32x4.shuffle(value, zero, 0, 4, 1, 5) : i64x2.shuffle(value, zero, 0, 2);
    const high = sizeof<T>() == 4 ? i32x4.shuffle(value, zero, 2, 6, 3, 7) : i64x2.shuffle(value, zero, 1, 3);
    v128.store(cell, v128.add<T>(v128.load(cell), low));
    v128.store(cell, v128.add<T>(v128.load(cell, 16), high), 16);
  }
}
