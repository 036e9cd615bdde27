import type { Comparison } from "./comparison";

/** Keys of the whole page, beside those of the pictures. */
const keys: Readonly<Record<string, (comparison: Comparison) => void>> = {
  n: (comparison) => comparison.goToWorst(1),
  N: (comparison) => comparison.goToWorst(-1),
  m: (comparison) => comparison.nextMeasure(),
  x: (comparison) => comparison.exchange(),
  "[": (comparison) => comparison.showPlane(comparison.state.plane - 1),
  "]": (comparison) => comparison.showPlane(comparison.state.plane + 1),
  g: () => document.querySelector<HTMLInputElement>("conv-compare-readout input")?.select(),
  Escape: (comparison) => comparison.update({ selected: null, hovered: null }),
};

/** Does what a key asks for; whether it asks for anything. Text that is being typed is left alone. */
export function keyed(event: KeyboardEvent, comparison: Comparison): boolean {
  const { key, ctrlKey, metaKey, altKey, target } = event;
  if (ctrlKey || metaKey || altKey || !Object.hasOwn(keys, key)) return false;
  if (target instanceof HTMLInputElement) return false;
  keys[key](comparison);
  return true;
}
