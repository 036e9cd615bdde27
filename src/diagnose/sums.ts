import type { ResultName } from "../conv/passes";
import { PADDING, sourceMap } from "../conv/columns";
import type { Geometry } from "../conv/geometry";
import { meetings } from "../conv/receptive";
import type { Field } from "./field";

/** How col2im writes: adding, or assigning in the order of (oy, ox, ky, kx), or of (ky, kx, oy, ox). */
export type Scatter = "add" | "assign-windows" | "assign-taps";

export interface Ways {
  readonly scatter: Scatter;
  readonly skipsPadding: boolean;
}

export interface Sums {
  readonly geometry: Geometry;
  readonly x: Field;
  readonly W: Field;
  readonly dout: Field;
}

/** Adds up the products of one cell. */
type Cell = (a: number, b: number, c: number, d: number, add: (product: number) => void) => void;

/** Each cell of a result as its own sum, straight from the definition, and the same on absolute values. */
export function directSums(sums: Sums, name: ResultName, ways: Ways): { value: Field; magnitude: Field } {
  const { geometry: g, x } = sums;
  const shape = {
    out: [g.batch, g.filters, g.y.out, g.x.out],
    dx: x.shape,
    dW: sums.W.shape,
    db: [1, g.filters, 1, 1],
  }[name] as Field["shape"]; // four axes each, as written here
  const { scatter, skipsPadding } = ways;
  const cell = {
    out: outCell(skipsPadding),
    dx: scatter === "add" ? dxCell : assignedCell(scatter),
    dW: dWCell,
    db: dbCell,
  }[name](sums);
  const summed = (size: (product: number) => number): Field => ({
    shape,
    at: (a, b, c, d) => {
      let total = 0;
      cell(a, b, c, d, (product) => (total += size(product)));
      return total;
    },
  });
  return { value: summed((product) => product), magnitude: summed(Math.abs) };
}

function outCell(skipsPadding: boolean): (sums: Sums) => Cell {
  return ({ geometry: g, x, W }) => {
    const [rows, columns] = [sourceMap(g.y, g.paddingMode), sourceMap(g.x, g.paddingMode)];
    return (n, f, oy, ox, add) => {
      const first = Math.floor(f / g.groupFilters) * g.groupChannels;
      for (let c = 0; c < g.groupChannels; c++)
        for (let ky = 0; ky < g.y.kernel; ky++) {
          const iy = rows[oy * g.y.stride + ky * g.y.dilation];
          for (let kx = 0; kx < g.x.kernel; kx++) {
            const ix = columns[ox * g.x.stride + kx * g.x.dilation];
            if (iy !== PADDING && ix !== PADDING) add(x.at(n, first + c, iy, ix) * W.at(f, c, ky, kx));
            else if (!skipsPadding) add(0 * W.at(f, c, ky, kx));
          }
        }
    };
  };
}

function dWCell({ geometry: g, x, dout }: Sums): Cell {
  const [rows, columns] = [sourceMap(g.y, g.paddingMode), sourceMap(g.x, g.paddingMode)];
  return (f, c, ky, kx, add) => {
    const channel = Math.floor(f / g.groupFilters) * g.groupChannels + c;
    for (let n = 0; n < g.batch; n++)
      for (let oy = 0; oy < g.y.out; oy++) {
        const iy = rows[oy * g.y.stride + ky * g.y.dilation];
        if (iy === PADDING) continue;
        for (let ox = 0; ox < g.x.out; ox++) {
          const ix = columns[ox * g.x.stride + kx * g.x.dilation];
          if (ix !== PADDING) add(dout.at(n, f, oy, ox) * x.at(n, channel, iy, ix));
        }
      }
  };
}

function dbCell({ geometry: g, dout }: Sums): Cell {
  return (_, f, _c, _d, add) => {
    for (let n = 0; n < g.batch; n++)
      for (let oy = 0; oy < g.y.out; oy++) for (let ox = 0; ox < g.x.out; ox++) add(dout.at(n, f, oy, ox));
  };
}

function dxCell({ geometry: g, W, dout }: Sums): Cell {
  return (n, channel, iy, ix, add) => {
    const group = Math.floor(channel / g.groupChannels);
    const c = channel - group * g.groupChannels;
    const columns = meetings(g.x, g.paddingMode, ix);
    for (const row of meetings(g.y, g.paddingMode, iy))
      for (const column of columns)
        for (let f = group * g.groupFilters; f < (group + 1) * g.groupFilters; f++)
          add(dout.at(n, f, row.o, column.o) * W.at(f, c, row.k, column.k));
  };
}

/** The one element of dcol that is written last into a cell of dx. */
function assignedCell(order: Exclude<Scatter, "add">): (sums: Sums) => Cell {
  const key = order === "assign-windows" ? "o" : "k";
  return ({ geometry: g, W, dout }) =>
    (n, channel, iy, ix, add) => {
      const last = (found: ReturnType<typeof meetings>) =>
        found.length === 0 ? null : found.reduce((latest, meeting) => (meeting[key] >= latest[key] ? meeting : latest));
      const row = last(meetings(g.y, g.paddingMode, iy));
      const column = last(meetings(g.x, g.paddingMode, ix));
      if (row === null || column === null) return;
      const group = Math.floor(channel / g.groupChannels);
      const c = channel - group * g.groupChannels;
      for (let f = group * g.groupFilters; f < (group + 1) * g.groupFilters; f++)
        add(dout.at(n, f, row.o, column.o) * W.at(f, c, row.k, column.k));
    };
}
