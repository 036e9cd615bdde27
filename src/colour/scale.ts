import { entries } from "./palette";

/** How the ends of the colour scale are found. */
type DomainKind = "full" | "symmetric" | "percentile" | "fixed";

/**
 * From number to colour, apart from the theme. Diverging: 0 takes the middle colour, each side has the whole run of its
 * colours up to lo (below 0) and hi (above 0). Sequential: lo takes the first colour, hi the last. Beyond the ends: the ends.
 */
export interface ColourScale {
  readonly kind: "diverging" | "sequential";
  readonly domain: DomainKind;
  readonly lo: number;
  readonly hi: number;
}

/** For a picture whose extremes are not known yet. */
export const unitScale: ColourScale = { kind: "diverging", domain: "symmetric", lo: -1, hi: 1 };

/** What the ends of a scale are taken from: the extremes of the finite elements, null where there are none. */
export interface Extremes {
  readonly min: number | null;
  readonly max: number | null;
}

/** The user's choice. "percentile" carries the two quantiles (of one tensor, or of all that share the scale). */
export type DomainChoice =
  | { readonly kind: "full" | "symmetric" }
  | { readonly kind: "percentile"; readonly lo: number; readonly hi: number }
  | { readonly kind: "fixed"; readonly lo: number; readonly hi: number };

/** Of several tensors that are compared and share one scale. */
export function jointExtremes(all: readonly Extremes[]): Extremes {
  const mins = all.flatMap(({ min }) => (min === null ? [] : [min]));
  const maxs = all.flatMap(({ max }) => (max === null ? [] : [max]));
  return { min: mins.length === 0 ? null : Math.min(...mins), max: maxs.length === 0 ? null : Math.max(...maxs) };
}

/**
 * Diverging when there are both signs (or nothing but zeros), sequential otherwise. Symmetric and percentile domains of
 * a diverging scale reach equally far on both sides, so that equal colours mean equal sizes. Without a choice: symmetric
 * when diverging, full when sequential.
 */
export function scaleOf({ min, max }: Extremes, choice?: DomainChoice): ColourScale {
  const [least, most] = [min ?? 0, max ?? 0];
  if (choice?.kind === "fixed") {
    const [lo, hi] = choice.lo <= choice.hi ? [choice.lo, choice.hi] : [choice.hi, choice.lo];
    return { kind: lo < 0 && hi > 0 ? "diverging" : "sequential", domain: "fixed", lo, hi };
  }
  if ((least >= 0 && most > 0) || (least < 0 && most <= 0)) {
    if (choice?.kind === "percentile" && choice.lo < choice.hi)
      return { kind: "sequential", domain: "percentile", lo: choice.lo, hi: choice.hi };
    return { kind: "sequential", domain: "full", lo: least, hi: most };
  }
  if (choice?.kind === "full" && least < 0) return { kind: "diverging", domain: "full", lo: least, hi: most };
  const percentile = choice?.kind === "percentile" ? Math.max(Math.abs(choice.lo), Math.abs(choice.hi)) : 0;
  const reach = percentile > 0 ? percentile : Math.max(-least, most);
  const end = reach > 0 ? reach : 1;
  return { kind: "diverging", domain: percentile > 0 ? "percentile" : "symmetric", lo: -end, hi: end };
}

/** Where a finite value stands on the colour bar: 0 … 1, 0 in the middle of a diverging one. Beyond the ends: the ends. */
export function positionOf(scale: ColourScale, value: number): number {
  const { kind, lo, hi } = scale;
  if (kind === "diverging") {
    if (value === 0) return 0.5;
    return value < 0 ? 0.5 - share(value, lo) / 2 : 0.5 + share(value, hi) / 2;
  }
  if (!(hi > lo)) return 0.5;
  // Halved first: hi − lo may be beyond the largest number.
  return Math.max(0, Math.min(1, (value / 2 - lo / 2) / (hi / 2 - lo / 2)));
}

/** The value at a place of the colour bar: the inverse of `positionOf`. */
export function valueAt(scale: ColourScale, position: number): number {
  const { kind, lo, hi } = scale;
  if (kind === "sequential") return lo * (1 - position) + hi * position;
  return position < 0.5 ? lo * (1 - 2 * position) : hi * (2 * position - 1);
}

/** The entry of a palette's table that a finite value takes. */
export function entryOf(scale: ColourScale, value: number): number {
  const position = positionOf(scale, value);
  if (scale.kind === "sequential") return Math.round(position * (entries - 1));
  const half = entries / 2 - 1;
  // 127 and 128 are both the middle: neither side loses a colour to the other.
  return value < 0 ? half - Math.round((1 - 2 * position) * half) : half + 1 + Math.round((2 * position - 1) * half);
}

/** How far along its side of 0 a value is: 0 … 1. An end on the wrong side of 0, or at it, leaves that side no room. */
function share(value: number, end: number): number {
  const part = value / end;
  return part >= 0 && part < 1 ? part : 1;
}
