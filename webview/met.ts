import type { Axis } from "../src/conv/geometry";
import { type Meeting, meetings } from "../src/conv/receptive";
import type { PaddingMode } from "../src/conv/spec";

const known = new WeakMap<Axis, (readonly Meeting[] | undefined)[]>();

/** `meetings` of an axis of a layer, looked up once for each cell: pictures go through all of them with every step. */
export function metBy(axis: Axis, mode: PaddingMode): (i: number) => readonly Meeting[] {
  const found = known.get(axis) ?? [];
  known.set(axis, found);
  return (i) => (found[i] ??= meetings(axis, mode, i));
}
