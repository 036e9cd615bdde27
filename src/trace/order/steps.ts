import { ConvError } from "../../base/errors";
import { rowOf, tapOf } from "../../conv/columns";
import type { Geometry } from "../../conv/geometry";
import { type Meeting, metBy } from "../../conv/receptive";
import { Radix } from "./radix";
import { type IndexName, type Stage, nests, slotsIn, stages } from "./stages";

/** All loop indices at once; those that a stage does not have are 0. c and f are absolute, also under groups. */
export type Coordinates = Readonly<Record<IndexName, number>>;
/** The loop indices that a stage has. */
export type Indices = Readonly<Partial<Record<IndexName, number>>>;

/** One stage's stretch of the run: steps [start, start + count), in cells of `cellSteps` each. */
export interface Span {
  readonly stage: Stage;
  readonly start: number;
  readonly count: number;
  readonly cells: number;
  readonly cellSteps: number;
  readonly loops: readonly IndexName[];
  readonly radix: Radix;
}

/** Where a step is. */
export interface Place {
  readonly step: number;
  readonly stage: Stage;
  /** Turns of each loop; the grouped one's counts within its group. */
  readonly digits: readonly number[];
  readonly indices: Indices;
  readonly at: Coordinates;
  /** Number of the cell in its stage, and of the step in its cell. */
  readonly cell: number;
  readonly k: number;
  /** Row and column of col; null in a stage where a step has none. */
  readonly row: number | null;
  readonly tap: number | null;
  /** Whether this step finishes its cell. */
  readonly last: boolean;
}

/**
 * Order in time, without values: which step is which turn of which loop. Needs the geometry only, so the screen can
 * work out positions by itself. Every question is answered in closed form.
 * Throws ConvError `too-large` where steps could not be counted exactly (2⁵³).
 */
export class Steps {
  readonly geometry: Geometry;
  readonly spans: Readonly<Record<Stage, Span>>;
  /** Steps of the whole run; 0 for an empty batch. Either every stage has steps or none has. */
  readonly total: number;
  /** What a line of x or dx meets, and what a column does. */
  readonly down: (i: number) => readonly Meeting[];
  readonly across: (i: number) => readonly Meeting[];

  constructor(geometry: Geometry) {
    this.geometry = geometry;
    this.down = metBy(geometry.y, geometry.paddingMode);
    this.across = metBy(geometry.x, geometry.paddingMode);
    let start = 0;
    const spanOf = (stage: Stage): Span => {
      const { cell, tap } = nests[stage];
      const loops: IndexName[] = [...cell, ...tap];
      const radix = new Radix(loops.map((name) => loopSize(geometry, stage, name)));
      const cells = cell.reduce((product, _, at) => product * radix.sizes[at], 1);
      const cellSteps = tap.reduce((product, _, at) => product * radix.sizes[cell.length + at], 1);
      const span = { stage, start, count: radix.count, cells, cellSteps, loops, radix };
      start += radix.count;
      return span;
    };
    this.spans = {
      im2col: spanOf("im2col"),
      gemm: spanOf("gemm"),
      db: spanOf("db"),
      dW: spanOf("dW"),
      dcol: spanOf("dcol"),
      col2im: spanOf("col2im"),
    };
    this.total = start;
    if (start > Number.MAX_SAFE_INTEGER)
      throw new ConvError({
        code: "too-large",
        what: "the run has more steps than can be counted exactly",
        expected: `at most ${Number.MAX_SAFE_INTEGER}`,
        found: String(start),
        remedy: "Use a smaller batch",
      });
  }

  /** The stage's span that holds `step`. Throws ConvError `bad-step`. */
  spanAt(step: number): Span {
    if (!Number.isSafeInteger(step) || step < 0 || step >= this.total)
      throw new ConvError({
        code: "bad-step",
        what: `step ${step} is not in this run`,
        expected: this.total === 0 ? "no step: the batch is empty" : `a whole number from 0 to ${this.total - 1}`,
      });
    for (const stage of stages) {
      const span = this.spans[stage];
      if (step < span.start + span.count) return span;
    }
    return this.spans.col2im;
  }

  /** Throws ConvError `bad-step`. */
  place(step: number): Place {
    const span = this.spanAt(step);
    const { stage, loops } = span;
    const digits = span.radix.digitsOf(step - span.start);
    const at = coordinatesOf(this.geometry, stage, digits);
    const indices: Partial<Record<IndexName, number>> = {};
    for (const name of loops) indices[name] = at[name];
    const k = (step - span.start) % span.cellSteps;
    return {
      step,
      stage,
      digits,
      indices,
      at,
      cell: Math.floor((step - span.start) / span.cellSteps),
      k,
      row: rowOf(this.geometry, at),
      tap: stage === "db" ? null : tapOf(this.geometry, at),
      last: k === span.cellSteps - 1,
    };
  }

  /**
   * The step of a stage at these indices, the inverse of `place`. An index that is missing counts as the first of its loop,
   * one beyond its loop as the nearest in it. Throws ConvError `bad-step` in an empty run.
   */
  stepAt(stage: Stage, indices: Indices): number {
    this.spanAt(0);
    const { start, loops, radix } = this.spans[stage];
    const g = this.geometry;
    const digits = loops.map((name, at) => {
      const first =
        nests[stage].grouped !== name
          ? 0
          : name === "c"
            ? Math.floor(clamp(indices.f ?? 0, g.filters) / g.groupFilters) * g.groupChannels
            : Math.floor(clamp(indices.c ?? 0, g.channels) / g.groupChannels) * g.groupFilters;
      return clamp((indices[name] ?? 0) - first, radix.sizes[at]);
    });
    return start + radix.numberOf(digits);
  }
}

/** A stage's digits as absolute indices. `digits` in the order of its loops. */
export function coordinatesOf(g: Geometry, stage: Stage, digits: readonly number[]): Coordinates {
  const slots = slotsIn[stage];
  const { grouped } = nests[stage];
  const digit = (slot: number): number => (slot < 0 ? 0 : digits[slot]);
  const at = {
    n: digit(slots.n),
    oy: digit(slots.oy),
    ox: digit(slots.ox),
    f: digit(slots.f),
    c: digit(slots.c),
    ky: digit(slots.ky),
    kx: digit(slots.kx),
  };
  if (grouped === "c") at.c += Math.floor(at.f / g.groupFilters) * g.groupChannels;
  if (grouped === "f") at.f += Math.floor(at.c / g.groupChannels) * g.groupFilters;
  return at;
}

/** Turns of one loop of a stage. */
function loopSize(g: Geometry, stage: Stage, name: IndexName): number {
  const grouped = nests[stage].grouped === name;
  switch (name) {
    case "n":
      return g.batch;
    case "oy":
      return g.y.out;
    case "ox":
      return g.x.out;
    case "f":
      return grouped ? g.groupFilters : g.filters;
    case "c":
      return grouped ? g.groupChannels : g.channels;
    case "ky":
      return g.y.kernel;
    case "kx":
      return g.x.kernel;
  }
}

function clamp(index: number, size: number): number {
  return Math.max(0, Math.min(size - 1, index));
}
