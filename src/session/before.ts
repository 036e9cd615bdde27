import type { Run } from "../conv/run";
import type { ComputeTensor } from "../tensor/tensor";

/** What a run starts from: where texts are edited. */
const inputs = ["x", "W", "b"] as const;

/** What differs between the inputs of two runs: the settings, and for each tensor the stretch of elements; null: nothing. */
interface Edit {
  readonly settings: boolean;
  readonly tensors: Readonly<Record<(typeof inputs)[number], readonly [from: number, to: number] | null>>;
}

/** A run that holds more is not kept for the sake of a comparison. */
const MOST_BYTES = 1 << 26;

/**
 * The run that the present one is to be compared with, to see what an edit has done: the one before the edit. Changes of the same
 * numbers are one edit, whether they are typed digit by digit or dragged; a change somewhere else begins another one.
 * `before`: what `last` was compared with. null: nothing is kept.
 */
export function runBefore(before: Run | null, last: Run, now: Run): Run | null {
  if (before !== null && isWithin(editOf(last, now), editOf(before, last))) return before;
  const held = inputs.reduce((sum, name) => sum + (last.tensors[name]?.data.byteLength ?? 0), 0);
  return held + last.tensors.out.data.byteLength > MOST_BYTES ? null : last;
}

function editOf({ geometry: g, tensors }: Run, now: Run): Edit {
  const between = (name: (typeof inputs)[number]) => stretch(tensors[name], now.tensors[name]);
  return {
    settings: JSON.stringify(g) !== JSON.stringify(now.geometry),
    tensors: { x: between("x"), W: between("W"), b: between("b") },
  };
}

function isWithin(edit: Edit, other: Edit): boolean {
  if (edit.settings && !other.settings) return false;
  return inputs.every((name) => {
    const [part, whole] = [edit.tensors[name], other.tensors[name]];
    return part === null || (whole !== null && part[0] >= whole[0] && part[1] <= whole[1]);
  });
}

/** From the first element that differs to behind the last one. */
function stretch(before: ComputeTensor | null, now: ComputeTensor | null): readonly [number, number] | null {
  const [a, b] = [before?.data ?? [], now?.data ?? []];
  if (a.length !== b.length) return [0, Infinity];
  let [from, to] = [0, a.length];
  while (from < to && Object.is(a[from], b[from])) from++;
  while (to > from && Object.is(a[to - 1], b[to - 1])) to--;
  return from < to ? [from, to] : null;
}
