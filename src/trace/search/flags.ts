import { positionOf, sourceOf } from "../../conv/columns";
import type { Axis, Geometry } from "../../conv/geometry";
import type { StoredName } from "../../conv/run";
import type { ComputeData } from "../../tensor/dtype";
import { offsetOf } from "../../tensor/tensor";
import { shapeOf } from "../order/elements";
import { type Patience, TURN_PRODUCTS } from "../replay/patience";
import type { Coordinates } from "../order/steps";
import type { Trace } from "../moment/trace";

/** A line, plane or filter that is longer is looked at in one go all the same. */
const MOST_AT_ONCE = TURN_PRODUCTS / 2;

/** Whether there is an element that is looked for among elements [from, to) of a tensor. */
export type Finder = (from: number, to: number) => boolean;

/** The lines of an image, or the channels of a group's weights, that have a flag, as far as they were looked at. */
interface Found {
  readonly flagged: Uint8Array;
  next: number;
}

/**
 * Elements of a run's tensors that are looked for, such as NaN. Which lines have one (any channel, at one n and y) is found out for
 * one image at a time and kept, so that where there are few of them nearly nothing is looked at twice.
 */
export class Flags {
  readonly #g: Geometry;
  readonly #patience: Patience;
  readonly #finderOf: (tensor: StoredName) => Finder | null;
  readonly #finders = new Map<StoredName, Finder | null>();
  readonly #lines = new Map<string, Found>();
  /** Of each plane: 0 where it was not looked at yet, 1 with a flag, 2 without. */
  readonly #planes = new Map<StoredName, Uint8Array>();
  readonly #channels = new Map<number, Found>();
  /** Elements that were read so far, but for single ones. */
  read = 0;

  /** `finderOf`: null where no element of a tensor is looked for. */
  constructor({ geometry, patience }: Trace, finderOf: (tensor: StoredName) => Finder | null) {
    this.#g = geometry;
    this.#patience = patience;
    this.#finderOf = finderOf;
  }

  /** Among elements [from, to) of a tensor, in C order. */
  among(tensor: StoredName, from: number, to: number): boolean {
    return this.#finder(tensor)?.(from, to) ?? false;
  }

  has(tensor: StoredName, index: readonly number[]): boolean {
    const at = offsetOf(shapeOf(this.#g, tensor), index);
    return this.among(tensor, at, at + 1);
  }

  /** On line y of image n of a tensor of four axes, in any channel; without y, on any line. */
  onLine(tensor: StoredName, n: number, y?: number): boolean {
    const finder = this.#finder(tensor);
    if (finder === null) return false;
    const lines = this.#linesOf(tensor, n, finder);
    return y === undefined ? lines.includes(1) : lines[y] === 1;
  }

  /** In plane `plane` of a tensor of four axes, counted through all images. Each is read once. */
  inPlane(tensor: StoredName, plane: number): boolean {
    const finder = this.#finder(tensor);
    if (finder === null) return false;
    const [n, planes, height, width] = shapeOf(this.#g, tensor);
    let known = this.#planes.get(tensor);
    if (known === undefined) this.#planes.set(tensor, (known = new Uint8Array(n * planes)));
    if (known[plane] === 0) {
      const size = height * width;
      this.#take(size);
      known[plane] = finder(plane * size, (plane + 1) * size) ? 1 : 2;
    }
    return known[plane] === 1;
  }

  /** In the weights of filters [from, to), which are all of one group, for channel c of the group. Filter after filter is read, once. */
  inChannel(from: number, to: number, c: number): boolean {
    const finder = this.#finder("W");
    if (finder === null) return false;
    const { groupTaps, groupChannels } = this.#g;
    const taps = groupTaps / groupChannels;
    let channels = this.#channels.get(from);
    if (channels === undefined)
      this.#channels.set(from, (channels = { flagged: new Uint8Array(groupChannels), next: from }));
    for (; channels.next < to; channels.next++) {
      const first = channels.next * groupTaps;
      this.#take(groupTaps);
      if (!finder(first, first + groupTaps)) continue;
      for (let at = 0; at < groupChannels; at++)
        if (finder(first + at * taps, first + (at + 1) * taps)) channels.flagged[at] = 1;
    }
    return channels.flagged[c] === 1;
  }

  /** In the part of x or dx that a window looks at: of all ox, c, ky, kx where they are not given. */
  inWindows(tensor: "x" | "dx", { n, oy, ox, c }: Partial<Coordinates> & Pick<Coordinates, "n" | "oy">): boolean {
    const { y, x, channels } = this.#g;
    const lines = this.#seen(y, oy).filter((line) => this.onLine(tensor, n, line));
    if (lines.length === 0 || ox === undefined) return lines.length > 0;
    const columns = this.#seen(x, ox);
    for (let channel = c ?? 0; channel < (c === undefined ? channels : c + 1); channel++)
      for (const line of lines)
        for (const column of columns) if (this.has(tensor, [n, channel, line, column])) return true;
    return false;
  }

  /** The cells of an axis that the taps at output position `o` look at. */
  #seen(axis: Axis, o: number): number[] {
    const cells = Array.from({ length: axis.kernel }, (_, k) =>
      sourceOf(axis, this.#g.paddingMode, positionOf(axis, o, k)),
    );
    return cells.filter((cell) => cell >= 0);
  }

  #finder(tensor: StoredName): Finder | null {
    let finder = this.#finders.get(tensor);
    if (finder === undefined) this.#finders.set(tensor, (finder = this.#finderOf(tensor)));
    return finder;
  }

  #linesOf(tensor: StoredName, n: number, finder: Finder): Uint8Array {
    const [, channels, height, width] = shapeOf(this.#g, tensor);
    const key = `${tensor} ${n}`;
    let lines = this.#lines.get(key);
    if (lines === undefined) this.#lines.set(key, (lines = { flagged: new Uint8Array(height), next: 0 }));
    const { flagged } = lines;
    for (; lines.next < channels * height; lines.next++) {
      const y = lines.next % height;
      const at = (n * channels * height + lines.next) * width;
      this.#take(width);
      if (flagged[y] === 0 && finder(at, at + width)) flagged[y] = 1;
    }
    return flagged;
  }

  /** Told before elements are read, which takes as long as products do. Patience may end here, or in a finder: then this goes on where it was. */
  #take(elements: number): void {
    this.#patience.spend(Math.min(elements, MOST_AT_ONCE));
    this.read += elements;
  }
}

const nans = new WeakMap<Trace, Flags>();
const specials = new WeakMap<Trace, Flags>();

/** Elements that are NaN after the run. */
export function nansOf(trace: Trace): Flags {
  return kept(nans, trace, (data) => (from, to) => {
    if (!hasSpecial(data, from, to)) return false;
    for (let i = from; i < to; i++) if (data[i] !== data[i]) return true;
    return false;
  });
}

/** Elements that are NaN or infinite after the run. */
export function specialsOf(trace: Trace): Flags {
  return kept(specials, trace, (data) => (from, to) => hasSpecial(data, from, to));
}

/** Whether there is NaN or an infinity: v − v is 0 for finite v and NaN for others, and NaN stays in a sum. Four sums, so that none waits for the other. */
export function hasSpecial(data: ComputeData, from: number, to: number): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = from;
  for (; i + 3 < to; i += 4) {
    a += data[i] - data[i];
    b += data[i + 1] - data[i + 1];
    c += data[i + 2] - data[i + 2];
    d += data[i + 3] - data[i + 3];
  }
  for (; i < to; i++) a += data[i] - data[i];
  return a + b + c + d !== 0;
}

function kept(known: WeakMap<Trace, Flags>, trace: Trace, finderIn: (data: ComputeData) => Finder): Flags {
  let flags = known.get(trace);
  if (flags === undefined) {
    flags = new Flags(trace, (tensor) => {
      const data = trace.run.tensors[tensor]?.data;
      return data === undefined ? null : finderIn(data);
    });
    known.set(trace, flags);
  }
  return flags;
}
