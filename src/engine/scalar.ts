import type { ComputeDtype } from "../tensor/dtype";
import { rounder } from "../tensor/dtype";
import { type Kernels, Mode, TILE_ROWS, tileColumns } from "./kernels";

/**
 * The kernels in plain TypeScript, for hosts without SIMD or shared memory: the same panels, the same order of every sum,
 * multiply then add. Its bits are those of the "reproducible" kernels.
 */
export function scalarKernels(dtype: ComputeDtype, buffer: ArrayBufferLike): Kernels {
  const cells = dtype === "float32" ? new Float32Array(buffer) : new Float64Array(buffer);
  const size = cells.BYTES_PER_ELEMENT;
  const words = new Uint32Array(buffer);
  const lines = new Int32Array(buffer);
  const round = rounder(dtype);
  const stripColumns = tileColumns[dtype];
  /** The element index of an entry of a table of byte offsets. */
  const entry = (table: number, i: number) => (table === 0 ? i : words[table / 4 + i] / size);

  const pack: Kernels["packAlong"] = (panel, width, source, kTable, kCount, laneTable, laneCount, stripBytes) => {
    for (let lane = 0; lane < laneCount; lane++) {
      const from = source / size + entry(laneTable, lane);
      const to = (panel + Math.floor(lane / width) * stripBytes) / size + (lane % width);
      for (let k = 0; k < kCount; k++) cells[to + k * width] = cells[from + entry(kTable, k)];
    }
  };

  /** Ends a sum as the mode says: parked, or into the total. */
  const settle = (sum: number, total: number, parked: number, mode: number, bias: number) => {
    if ((mode & Mode.park) !== 0) cells[parked] = sum;
    else {
      const all = (mode & Mode.add) === 0 ? sum : round(cells[total] + sum);
      cells[total] = (mode & Mode.bias) === 0 ? all : round(all + cells[bias]);
    }
  };

  return {
    gemm(a, b, rows, cols, k, c, stride, park, bias, mode) {
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < cols; j++) {
          let p = a / size + Math.floor(i / TILE_ROWS) * k * TILE_ROWS + (i % TILE_ROWS);
          let q = b / size + Math.floor(j / stripColumns) * k * stripColumns + (j % stripColumns);
          const cell = (c + i * stride) / size + j;
          let sum = (mode & Mode.resume) === 0 ? 0 : cells[cell + park / size];
          for (let step = 0; step < k; step++, p += TILE_ROWS, q += stripColumns)
            sum = round(sum + round(cells[p] * cells[q]));
          settle(sum, cell, cell + park / size, mode, bias / size + i);
        }
    },
    direct(x, rows, count, taps, k, weights, out, bias, mode) {
      for (let i = 0; i < count; i++) {
        const corner = x / size + entry(rows, i);
        let sum = 0;
        for (let tap = 0; tap < k; tap++)
          sum = round(sum + round(cells[corner + entry(taps, tap)] * cells[weights / size + tap]));
        settle(sum, out / size + i, 0, mode, bias / size);
      }
    },
    packAcross(panel, width, source, kTable, kCount, laneTable, laneCount) {
      pack(panel, width, source, kTable, kCount, laneTable, laneCount, kCount * width * size);
    },
    packAlong: pack,
    pad(to, source, count, lineTable, width, begin, extent, columnTable) {
      for (let i = 0; i < count; i++) {
        const line = lines[lineTable / 4 + i];
        for (let column = 0; column < width; column++) {
          const inside = column >= begin && column < begin + extent;
          const from = inside ? column - begin : columnTable === 0 ? -1 : lines[columnTable / 4 + column];
          cells[to / size + i * width + column] = line < 0 || from < 0 ? 0 : cells[(source + line) / size + from];
        }
      }
    },
    sumRows(source, pitch, rows, count, total, parked, mode) {
      for (let row = 0; row < rows; row++) {
        const from = (source + row * pitch) / size;
        let sum = (mode & Mode.resume) === 0 ? 0 : cells[parked / size + row];
        for (let i = 0; i < count; i++) sum = round(sum + cells[from + i]);
        settle(sum, total / size + row, parked / size + row, mode, 0);
      }
    },
    scatter(
      tile,
      pitch,
      count,
      channels,
      kernelHeight,
      kernelWidth,
      dx,
      channelBytes,
      table,
      lineStep,
      from,
      to,
      origin,
      stride,
      dilation,
      width,
      columns,
    ) {
      for (let c = 0; c < channels; c++)
        for (let i = 0; i < count; i++)
          for (let ky = 0; ky < kernelHeight; ky++) {
            const line = lines[table / 4 + ky * lineStep];
            if (line < from || line >= to) continue;
            for (let kx = 0; kx < kernelWidth; kx++) {
              const column =
                columns === 0 ? origin + i * stride + kx * dilation : lines[columns / 4 + i * stride + kx * dilation];
              if (column < 0 || column >= width) continue;
              const cell = (dx + c * channelBytes + line) / size + column;
              const tap = (c * kernelHeight + ky) * kernelWidth + kx;
              cells[cell] = round(cells[cell] + cells[(tile + tap * pitch) / size + i]);
            }
          }
    },
  };
}
