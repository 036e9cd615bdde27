import { interpolateViridis } from "d3-scale-chromatic";
import { type Oklab, type Rgb, distance, fromOklab, fromOklch } from "./oklab";

/** Whether the theme's background is dark or light. High contrast themes use the same two. */
export type Tone = "dark" | "light";
export type ScaleKind = "diverging" | "sequential";

/** What a plane is painted with. Colours are packed for a Uint32Array over RGBA bytes on a little-endian machine. */
export interface Palette {
  /** 256 entries. Diverging: 127 and 128 are both the middle; below it negative, above it positive. */
  readonly table: Uint32Array;
  readonly nan: number;
  readonly positiveInfinity: number;
  readonly negativeInfinity: number;
}

export const entries = 256;

/**
 * Magenta and its neighbours are the one part of the colour space that no table comes near: rose for +∞ (towards the
 * positive reds), violet for −∞ (towards the negative blues). Signs drawn on top tell them apart without colour.
 */
const marks = {
  nan: pack([255, 0, 255]),
  positiveInfinity: pack([255, 0, 130]),
  negativeInfinity: pack([135, 0, 255]),
};

const palettes = new Map<string, Palette>();

/** Made on first use, then the same object every time. */
export function paletteOf(kind: ScaleKind, tone: Tone): Palette {
  const key = `${kind} ${tone}`;
  const known = palettes.get(key);
  if (known !== undefined) return known;
  const colours = kind === "diverging" ? diverging(tone) : sequential();
  const made = { table: Uint32Array.from(colours, pack), ...marks };
  palettes.set(key, made);
  return made;
}

export function pack([r, g, b]: Rgb): number {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

export function unpack(colour: number): Rgb {
  return [colour & 255, (colour >>> 8) & 255, (colour >>> 16) & 255];
}

/** Sampled once. Viridis: perceptually uniform, lightness strictly rising, told apart with every kind of colour vision. */
function sequential(): Rgb[] {
  return Array.from({ length: entries }, (_, i) => parseHex(interpolateViridis(i / (entries - 1))));
}

function parseHex(text: string): Rgb {
  const value = Number.parseInt(text.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** One point of an arm in OKLCh: lightness, chroma, hue. */
type Point = readonly [number, number, number];

/**
 * Both arms run through the same lightness and chroma, so that −v and +v look equally strong; only the hue tells the sign.
 * From the middle (the page's own tone) outwards lightness only rises (dark) or falls (light).
 */
const arms = {
  dark: {
    middle: [0.287, 0.006, 286],
    negative: [
      [0.45, 0.12, 262],
      [0.6, 0.15, 258],
      [0.79, 0.1, 252],
    ],
    positive: [
      [0.45, 0.12, 28],
      [0.6, 0.15, 38],
      [0.79, 0.1, 58],
    ],
  },
  light: {
    middle: [0.975, 0.002, 286],
    negative: [
      [0.82, 0.09, 256],
      [0.66, 0.14, 258],
      [0.47, 0.15, 262],
    ],
    positive: [
      [0.82, 0.09, 62],
      [0.66, 0.14, 48],
      [0.47, 0.15, 32],
    ],
  },
} as const satisfies Record<Tone, { middle: Point; negative: readonly Point[]; positive: readonly Point[] }>;

function diverging(tone: Tone): Rgb[] {
  const { middle, negative, positive } = arms[tone];
  const half = entries / 2;
  const below = evenly([middle, ...negative], half);
  const above = evenly([middle, ...positive], half);
  return [...below.reverse(), ...above].map(fromOklab);
}

/** `count` colours along a smooth path through the points, all steps equally long in OKLab. */
function evenly(points: readonly Point[], count: number): Oklab[] {
  const labs = points.map(([L, chroma, hue]) => fromOklch(L, chroma, hue));
  const fine = Array.from({ length: 2001 }, (_, i) => along(labs, i / 2000));
  const reached = [0];
  for (let i = 1; i < fine.length; i++) reached.push(reached[i - 1] + distance(fine[i - 1], fine[i]));
  const length = reached[reached.length - 1];
  const path: Oklab[] = [];
  for (let i = 0, at = 0; i < count; i++) {
    while (at < fine.length - 1 && reached[at] < (length * i) / (count - 1)) at++;
    path.push(fine[at]);
  }
  return path;
}

/** A monotone cubic through equally spaced points (Fritsch and Carlson), channel by channel of OKLab. */
function along(labs: readonly Oklab[], t: number): Oklab {
  const last = labs.length - 1;
  const i = Math.min(last - 1, Math.floor(t * last));
  const u = t * last - i;
  const channel = (c: 0 | 1 | 2) => {
    const slope = (k: number) => labs[k + 1][c] - labs[k][c];
    const tangent = (k: number) => {
      if (k === 0) return slope(0);
      if (k === last) return slope(last - 1);
      const [before, after] = [slope(k - 1), slope(k)];
      return before * after <= 0 ? 0 : (2 * before * after) / (before + after);
    };
    const [p0, p1, m0, m1] = [labs[i][c], labs[i + 1][c], tangent(i), tangent(i + 1)];
    const [u2, u3] = [u * u, u * u * u];
    return (2 * u3 - 3 * u2 + 1) * p0 + (u3 - 2 * u2 + u) * m0 + (3 * u2 - 2 * u3) * p1 + (u3 - u2) * m1;
  };
  return [channel(0), channel(1), channel(2)];
}
