import { positionOf, sourceOf } from "../../conv/columns";
import type { Axis } from "../../conv/geometry";
import type { TensorName } from "../../conv/run";
import type { PaddingMode } from "../../conv/spec";
import { type Ascending, Joined, Listed, Progression, all, includes, none } from "./ascending";
import { Lattice, type Level } from "./lattice";
import type { Stage } from "./stages";
import type { Steps } from "./steps";

/** A part of a tensor: on each axis the indices that belong to it. */
export type Part = readonly Progression[];

/** The steps that write an element of a part: one for each term of its sum. None for x, W, b and dout, which are given. */
export function stepsWriting(steps: Steps, tensor: TensorName, part: Part): Ascending {
  if (steps.total === 0) return none;
  const { rows, taps, filters, groupTaps, groupFilters } = steps.geometry;
  switch (tensor) {
    case "x":
    case "W":
    case "b":
    case "dout":
      return none;
    case "col":
      return at(steps, "im2col", [some(rows, part[0]), some(taps, part[1])]);
    case "out":
      return at(steps, "gemm", [...windows(steps, part), some(filters, part[1]), every(groupTaps)]);
    case "db":
      return at(steps, "db", [some(filters, part[0]), every(rows)]);
    case "dW":
      return at(steps, "dW", [...weights(steps, part), every(rows)]);
    case "dcol":
      return at(steps, "dcol", [some(rows, part[0]), some(taps, part[1]), every(groupFilters)]);
    case "dx":
      return at(steps, "col2im", reaching(steps, part));
  }
}

/** The steps that read an element of a part, also through padding that shows it. Nothing reads out, db, dW and dx. */
export function stepsReading(steps: Steps, tensor: TensorName, part: Part): Ascending {
  if (steps.total === 0) return none;
  const { rows, taps, filters, channels, groups, groupTaps, groupFilters, groupChannels, y, x } = steps.geometry;
  switch (tensor) {
    case "out":
    case "db":
    case "dW":
    case "dx":
      return none;
    case "x":
      return at(steps, "im2col", reaching(steps, part));
    case "b":
      return at(steps, "gemm", [
        every(rows),
        some(filters, part[0]),
        some(groupTaps, new Progression(groupTaps - 1, 1, 1)),
      ]);
    case "dcol":
      return at(steps, "col2im", [some(rows, part[0]), some(taps, part[1])]);
    case "col": {
      const ties = eachOf(all(filters), (f) => groupPart(part[1], Math.floor(f / groupFilters), groupTaps));
      const filter = (level: number): Level => ({ ...every(filters), ties: { level, choices: ties } });
      return new Joined([
        at(steps, "gemm", [some(rows, part[0]), filter(2), every(groupTaps)]),
        at(steps, "dW", [filter(1), every(groupTaps), some(rows, part[0])]),
      ]);
    }
    case "W": {
      const [f, c, ky, kx] = weights(steps, part);
      const ofAll = Array.from({ length: groups }, (_, group) => eachOf(part[1], (one) => group * groupChannels + one));
      const channel = tiedFilters(new Listed(ofAll.flat()), part[0], 4);
      return new Joined([
        at(steps, "gemm", [every(rows), f, c, ky, kx]),
        at(steps, "dcol", [every(rows), channel, ky, kx, every(groupFilters)]),
      ]);
    }
    case "dout": {
      const f = some(filters, part[1]);
      const place = windows(steps, part);
      return new Joined([
        at(steps, "db", [f, ...place]),
        at(steps, "dW", [f, every(groupTaps), ...place]),
        at(steps, "dcol", [
          ...place,
          tiedFilters(all(channels), part[1], 5),
          every(y.kernel * x.kernel),
          every(groupFilters),
        ]),
      ]);
    }
  }

  /** Channels, after each of which the digit `level` goes through those of its group's filters that are in `part`. */
  function tiedFilters(choices: Ascending, part: Progression, level: number): Level {
    const ties = eachOf(choices, (c) => groupPart(part, Math.floor(c / groupChannels), groupFilters));
    return { size: channels, choices, ties: { level, choices: ties } };
  }
}

function at({ spans }: Steps, stage: Stage, levels: readonly Level[]): Lattice {
  return new Lattice(spans[stage].start, levels);
}

function every(size: number): Level {
  return { size, choices: all(size) };
}

function some(size: number, choices: Ascending): Level {
  return { size, choices };
}

/** The digits n, oy, ox of a part of out or dout. */
function windows({ geometry: g }: Steps, [n, , oy, ox]: Part): Level[] {
  return [some(g.batch, n), some(g.y.out, oy), some(g.x.out, ox)];
}

/** The digits f, c, ky, kx of a part of W or dW. */
function weights({ geometry: g }: Steps, [f, c, ky, kx]: Part): Level[] {
  return [some(g.filters, f), some(g.groupChannels, c), some(g.y.kernel, ky), some(g.x.kernel, kx)];
}

/** The digits of im2col and col2im, n, oy, ox, c, ky, kx, at which a window's tap looks at a part of x or dx. */
function reaching({ geometry: g }: Steps, [n, c, iy, ix]: Part): Level[] {
  return [
    some(g.batch, n),
    { ...every(g.y.out), ties: { level: 4, choices: tapsReaching(g.y, g.paddingMode, iy) } },
    { ...every(g.x.out), ties: { level: 5, choices: tapsReaching(g.x, g.paddingMode, ix) } },
    some(g.channels, c),
    every(g.y.kernel),
    every(g.x.kernel),
  ];
}

/** On one axis: for each output position the taps that look at one of `cells`. */
function tapsReaching(axis: Axis, mode: PaddingMode, cells: Progression): Ascending[] {
  return eachOf(
    all(axis.out),
    (o) =>
      new Listed(
        eachOf(all(axis.kernel), (k) => k).filter((k) => includes(cells, sourceOf(axis, mode, positionOf(axis, o, k)))),
      ),
  );
}

/** The indices of one group's share of an axis, counted from the group's first. */
function groupPart(part: Progression, group: number, size: number): Progression {
  return part.within(group * size, (group + 1) * size);
}

function eachOf<T>(numbers: Ascending, make: (value: number) => T): T[] {
  return Array.from({ length: numbers.count }, (_, i) => make(numbers.at(i)));
}
