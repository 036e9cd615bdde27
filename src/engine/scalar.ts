import type { ComputeDtype } from "../tensor/dtype";
import { rounder } from "../tensor/dtype";
import { type Kernels, Mode, tileColumns } from "./kernels";

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

  const pack: Kernels["packAlong"] = (panel, source, kTable, kCount, laneTable, laneCount, stripBytes) => {
    for (let lane = 0; lane < laneCount; lane++) {
      const from = source / size + entry(laneTable, lane);
      const to = (panel + Math.floor(lane / stripColumns) * stripBytes) / size + (lane % stripColumns);
      for (let k = 0; k < kCount; k++) cells[to + k * stripColumns] = cells[from + entry(kTable, k)];
    }
  };

  /** Ends a sum as the mode says: parked, or into the total. */
  const settle = (sum: number, total: number, parked: number, mode: number) => {
    if ((mode & Mode.park) !== 0) cells[parked] = sum;
    else cells[total] = (mode & Mode.add) === 0 ? sum : round(cells[total] + sum);
  };

  return {
    gemm(a, ai, ak, b, rows, cols, k, c, stride, park, mode) {
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < cols; j++) {
          let p = (a + i * ai) / size;
          let q = b / size + Math.floor(j / stripColumns) * k * stripColumns + (j % stripColumns);
          const cell = (c + i * stride) / size + j;
          let sum = (mode & Mode.resume) === 0 ? 0 : cells[cell + park / size];
          for (let step = 0; step < k; step++, p += ak / size, q += stripColumns)
            sum = round(sum + round(cells[p] * cells[q]));
          settle(sum, cell, cell + park / size, mode);
        }
    },
    addBias(c, stride, rows, cols, bias) {
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < cols; j++) {
          const cell = (c + i * stride) / size + j;
          cells[cell] = round(cells[cell] + cells[bias / size + i]);
        }
    },
    direct(x, rows, count, taps, k, weights, out, mode) {
      for (let i = 0; i < count; i++) {
        const corner = x / size + entry(rows, i);
        let sum = 0;
        for (let tap = 0; tap < k; tap++)
          sum = round(sum + round(cells[corner + entry(taps, tap)] * cells[weights / size + tap]));
        settle(sum, out / size + i, 0, mode);
      }
    },
    directWeights(x, rows, count, dout, taps, tapCount, _length, _kind, total, parked, mode) {
      for (let tap = 0; tap < tapCount; tap++) {
        const corner = x / size + entry(taps, tap);
        let sum = (mode & Mode.resume) === 0 ? 0 : cells[parked / size + tap];
        for (let i = 0; i < count; i++)
          sum = round(sum + round(cells[dout / size + i] * cells[corner + entry(rows, i)]));
        settle(sum, total / size + tap, parked / size + tap, mode);
      }
    },
    directData(
      dout,
      count,
      filters,
      planeBytes,
      weights,
      filterBytes,
      kernelHeight,
      kernelWidth,
      dx,
      table,
      lineStep,
      from,
      to,
      origin,
      stride,
      dilation,
      width,
    ) {
      for (let i = 0; i < count; i++)
        for (let ky = 0; ky < kernelHeight; ky++) {
          const line = lines[table / 4 + ky * lineStep];
          if (line < from || line >= to) continue;
          for (let kx = 0; kx < kernelWidth; kx++) {
            const column = origin + i * stride + kx * dilation;
            if (column < 0 || column >= width) continue;
            let sum = 0;
            for (let f = 0; f < filters; f++) {
              const weight = cells[(weights + f * filterBytes) / size + ky * kernelWidth + kx];
              sum = round(sum + round(cells[(dout + f * planeBytes) / size + i] * weight));
            }
            const cell = (dx + line) / size + column;
            cells[cell] = round(cells[cell] + sum);
          }
        }
    },
    packAcross(panel, source, kTable, kCount, laneTable, laneCount) {
      pack(panel, source, kTable, kCount, laneTable, laneCount, kCount * stripColumns * size);
    },
    packAlong: pack,
    copyRows(to, toPitch, from, fromPitch, rows, bytes) {
      for (let row = 0; row < rows; row++) {
        const first = (from + row * fromPitch) / size;
        cells.copyWithin((to + row * toPitch) / size, first, first + bytes / size);
      }
    },
    clear(to, bytes) {
      cells.fill(0, to / size, (to + bytes) / size);
    },
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
        settle(sum, total / size + row, parked / size + row, mode);
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
