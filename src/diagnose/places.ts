import { indexAt } from "../tensor/tensor";
import type { Gradient } from "./model";

/** Where along one axis elements are: which of its positions have any. */
export interface Place {
  readonly axis: string;
  readonly size: number;
  readonly positions: readonly number[];
}

const axes: Readonly<Record<Gradient, readonly string[]>> = {
  dx: ["n", "c", "iy", "ix"],
  dW: ["f", "c", "ky", "kx"],
  db: ["f"],
};

/** The positions on each axis that the elements (offsets in C order) have; none where there are no elements. */
export function placesOf(name: Gradient, shape: readonly number[], elements: readonly number[]): Place[] {
  if (elements.length === 0) return [];
  const met = shape.map(() => new Set<number>());
  for (const i of elements) indexAt(shape, i).forEach((position, axis) => met[axis].add(position));
  return axes[name].map((axis, i) => ({ axis, size: shape[i], positions: [...met[i]].sort((a, b) => a - b) }));
}

/** "all n; c 2; iy 0, 6": stretches as 3…5. */
export function placeText({ axis, size, positions }: Place): string {
  if (positions.length === size) return `all ${axis}`;
  const stretches: [number, number][] = [];
  for (const position of positions) {
    const last = stretches.at(-1);
    if (last?.[1] === position - 1) last[1] = position;
    else stretches.push([position, position]);
  }
  const texts = stretches.map(([from, to]) => (from === to ? `${from}` : `${from}…${to}`));
  return `${axis} ${texts.slice(0, 8).join(", ")}${texts.length > 8 ? ", …" : ""}`;
}
