import { inkOn } from "../colour/ink";
import { type Tone, paletteOf, unpack } from "../colour/palette";
import { type ColourScale, entryOf, scaleOf } from "../colour/scale";
import { statsOf } from "../tensor/stats";
import type { Tensor } from "../tensor/tensor";
import { numberText } from "./shapes";

/** Planes drawn side by side; the rest is counted. */
const MOST_PLANES = 16;
/** Cells drawn at all: a hover takes a text of limited length. */
const MOST_CELLS = 1024;
const ACROSS = 240;
const GAP = 6;

/** Which cell of which plane of a filter is meant. */
export interface Marked {
  readonly plane: number;
  readonly y: number;
  readonly x: number;
}

/**
 * Planes of W, as a picture in the panel's colours: an SVG. `planes`: [count, kH, kW]. Small planes carry their numbers.
 * All planes share one scale, that of `whole`. Null where it would be too large, or empty.
 */
export function filterPicture(planes: Tensor, whole: Tensor, tone: Tone, marked?: Marked): string | null {
  const [count, height, width] = planes.shape;
  const shown = Math.min(count, MOST_PLANES, Math.floor(MOST_CELLS / Math.max(1, height * width)));
  if (shown < 1 || height * width < 1) return null;
  const { min, max } = statsOf(whole);
  const scale = scaleOf({ min: Number(min), max: Number(max) });
  const columns = Math.min(shown, Math.ceil(Math.sqrt(shown * 2)));
  const side = Math.round(Math.max(4, Math.min(30, (ACROSS / columns - GAP) / width)));
  const places = Array.from({ length: shown }, (_, plane) => ({
    plane,
    left: (plane % columns) * (width * side + GAP) + 1,
    top: Math.floor(plane / columns) * (height * side + GAP) + 1,
  }));
  const cells = places.flatMap(({ plane, left, top }) =>
    Array.from({ length: height * width }, (_, i) => {
      const value = Number(planes.data[plane * height * width + i]);
      return cell(value, left + (i % width) * side, top + Math.floor(i / width) * side, side, scale, tone);
    }),
  );
  const outline = places.flatMap(({ plane, left, top }) => {
    if (marked?.plane !== plane) return [];
    const [x, y] = [left + marked.x * side, top + marked.y * side];
    const stroke = tone === "dark" ? "#fff" : "#000";
    return [
      `<rect x="${x}" y="${y}" width="${side}" height="${side}" fill="none" stroke="${stroke}" stroke-width="2"/>`,
    ];
  });
  const right = columns * (width * side + GAP) - GAP + 2;
  const bottom = Math.ceil(shown / columns) * (height * side + GAP) - GAP + 2;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${right}" height="${bottom}" ` +
    `font-family="monospace" font-size="${side * 0.36}" text-anchor="middle">${[...cells, ...outline].join("")}</svg>`
  );
}

function cell(value: number, x: number, y: number, side: number, scale: ColourScale, tone: Tone): string {
  const palette = paletteOf(scale.kind, tone);
  const colour = Number.isNaN(value)
    ? palette.nan
    : value === Infinity
      ? palette.positiveInfinity
      : value === -Infinity
        ? palette.negativeInfinity
        : palette.table[entryOf(scale, value)];
  const hex = unpack(colour).map((channel) => channel.toString(16).padStart(2, "0"));
  const rect = `<rect x="${x}" y="${y}" width="${side}" height="${side}" fill="#${hex.join("")}"/>`;
  const text = numberText(value);
  if (side < 24 || text.length > 5) return rect;
  return `${rect}<text x="${x + side / 2}" y="${y + side * 0.62}" fill="${inkOn(colour)}">${text}</text>`;
}

/** As Markdown shows it. */
export function pictureMarkdown(svg: string, alt: string): string {
  // btoa takes bytes: everything but the minus sign (−) is ASCII.
  return `![${alt}](data:image/svg+xml;base64,${btoa(svg.replace(/−/g, "&#8722;"))})`;
}
