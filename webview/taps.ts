import { PADDING, sourceOffset } from "../src/conv/columns";
import { nests } from "../src/trace/order/stages";
import type { StripPage } from "../src/protocol/messages";
import { touchOf } from "../src/trace/order/elements";
import type { Place, Steps } from "../src/trace/order/steps";
import { short } from "./format";

/** One tap of the present cell, as the strip shows it. */
export interface TapCard {
  readonly k: number;
  readonly step: number;
  /** Where it is, without the indices that all taps of the cell share: "c1 1,1", "11,17", "f 5". */
  readonly at: string;
  /** The lines of numbers; undefined while they are not here. */
  readonly lines: readonly [string, string, string] | undefined;
  /** The sum of a block of products is complete with it. */
  readonly endsBlock: boolean;
}

/** The tap `k` of the cell that `place` is in. */
export function tapCard(steps: Steps, place: Place, k: number, page: StripPage | undefined, block: number): TapCard {
  const step = place.step - place.k + k;
  const there = steps.place(step);
  const at = page === undefined ? -1 : k - page.from;
  const known = page !== undefined && at >= 0 && at < page.left.length;
  const { cellSteps } = steps.spans[place.stage];
  return {
    k,
    step,
    at: whereText(there),
    lines: known ? linesOf[place.stage](steps, there, numbersAt(page, at)) : undefined,
    endsBlock: nests[place.stage].sums && cellSteps > block && ((k + 1) % block === 0 || k === cellSteps - 1),
  };
}

interface Numbers {
  readonly left: number;
  readonly right: number;
  readonly sum: number;
}

function numbersAt({ left, right, sums }: StripPage, at: number): Numbers {
  return { left: left[at], right: right[at], sum: sums[at] };
}

const product = (_: Steps, __: Place, { left, right, sum }: Numbers) =>
  [short(left), `× ${short(right)}`, `Σ ${short(sum)}`] as const;

const linesOf: Readonly<
  Record<Place["stage"], (steps: Steps, place: Place, numbers: Numbers) => readonly [string, string, string]>
> = {
  im2col: ({ geometry: g }, { at }, { left }) => {
    const offset = sourceOffset(g, at, at);
    const size = g.y.size * g.x.size;
    const inPlane = offset % size;
    const source = offset === PADDING ? "padding" : `x ${Math.floor(inPlane / g.x.size)},${inPlane % g.x.size}`;
    return [source, "↓", short(left)];
  },
  gemm: product,
  db: (_, __, { left, sum }) => ["", short(left), `Σ ${short(sum)}`],
  dW: product,
  dcol: product,
  col2im: ({ geometry: g }, place, { left, sum }) => {
    const target = touchOf(g, place).writes.at(0);
    return target === undefined
      ? [short(left), "↓ padding", "dropped"]
      : [short(left), `↓ dx ${target.index[2]},${target.index[3]}`, `Σ ${short(sum)}`];
  },
};

/** Indices of a tap within its cell, in as few characters as they can be told. */
export function whereText({ stage, at }: Place): string {
  switch (stage) {
    case "im2col":
    case "gemm":
    case "col2im":
      return `c${at.c} ${at.ky},${at.kx}`;
    case "db":
    case "dW":
      return `n${at.n} ${at.oy},${at.ox}`;
    case "dcol":
      return `f${at.f}`;
  }
}
