/** Indices first, first + step, …, `count` of them; step may be negative. */
export interface Slice {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/** start:stop:step on an axis, clipped as in NumPy. `step` is at least 1 or at most −1. */
export function sliceOf(size: number, start?: number, stop?: number, step = 1): Slice {
  const clip = (bound: number, least: number, most: number) =>
    Math.max(least, Math.min(most, bound < 0 ? bound + size : bound));
  const [first, end] =
    step > 0
      ? [clip(start ?? 0, 0, size), clip(stop ?? size, 0, size)]
      : [
          start === undefined ? size - 1 : clip(start, -1, size - 1),
          stop === undefined ? -1 : clip(stop, -1, size - 1),
        ];
  return { first, step, count: Math.max(0, Math.ceil((end - first) / step)) };
}
