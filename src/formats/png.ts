import { Unzlib } from "fflate";
import { ConvError } from "../base/errors";
import { CountedInflate } from "./inflate";
import { type Pixels, checkImageSize } from "./pixels";
import { type PngChunk, type PngHeader, badPng, pngChunks, pngColours, pngHeader } from "./pngChunks";

/**
 * Every kind of PNG: bit depths 1 to 16, grey, colour, palette, alpha or a transparent colour, interlaced or not. Everything
 * of the format but the deflating is done here, because what libraries there are take cut-off data for zeros, inflate
 * without bound, and misread interlaced images of fewer than 8 bits. Nothing of the image's size is allocated before its
 * chunks, their CRCs, and its dimensions are known to be good.
 * Throws ConvError `bad-magic`, `truncated`, `bad-image`, `too-large`.
 */
export function decodePng(bytes: Uint8Array): Pixels {
  const chunks = pngChunks(bytes);
  const header = pngHeader(chunks[0]);
  checkImageSize(header);
  const { width, height, depth, colour } = header;
  const { samples } = pngColours[colour];
  const passes = passesOf(header);
  const raw = inflate(
    chunks.filter(({ type }) => type === "IDAT"),
    passes.reduce((sum, pass) => sum + pass.height * pass.line, 0),
  );
  const data = depth === 16 ? new Uint16Array(width * height * samples) : new Uint8Array(width * height * samples);
  let from = 0;
  for (const pass of passes) {
    unfilter(raw, from, pass, Math.ceil((samples * depth) / 8));
    for (let y = 0; y < pass.height; y++, from += pass.line) {
      const line = (pass.top + y * pass.down) * width * samples;
      if (depth === 8 && pass.right === 1) data.set(raw.subarray(from + 1, from + pass.line), line);
      else
        for (let x = 0; x < pass.width; x++) {
          const to = line + (pass.left + x * pass.right) * samples;
          for (let s = 0; s < samples; s++) data[to + s] = sampleAt(raw, from + 1, x * samples + s, depth);
        }
    }
  }
  const pixels = { width, height, channels: samples, data, most: 2 ** depth - 1 };
  const find = (type: string) => chunks.find((chunk) => chunk.type === type);
  if (colour === 3) return applyPalette(pixels, find("PLTE"), find("tRNS"));
  const transparent = find("tRNS");
  return transparent === undefined || colour > 3 ? pixels : applyTransparentColour(pixels, transparent);
}

interface Pass {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly down: number;
  readonly width: number;
  readonly height: number;
  /** Bytes of a line: its filter, then its samples, packed. */
  readonly line: number;
}

/** Adam7: the first pixel of each pass and the steps to the next ones. An image that is not interlaced is one pass. */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

function passesOf({ width, height, depth, colour, interlaced }: PngHeader): Pass[] {
  return (interlaced ? adam7 : [[0, 0, 1, 1]])
    .map(([left, top, right, down]) => {
      const across = Math.ceil((width - left) / right);
      const line = 1 + Math.ceil((across * pngColours[colour].samples * depth) / 8);
      return { left, top, right, down, width: across, height: Math.ceil((height - top) / down), line };
    })
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

/** Exactly `wanted` bytes. */
function inflate(chunks: readonly PngChunk[], wanted: number): Uint8Array {
  const offset = chunks.at(0)?.offset ?? 8;
  const stream = new CountedInflate(Unzlib, wanted, (what, expected, found) => {
    return new ConvError({ code: "bad-image", what: `the image data ${what}`, at: { offset }, expected, found });
  });
  for (const { data } of chunks) stream.push(data, false);
  stream.push(new Uint8Array(0), true);
  return stream.bytes(wanted);
}

/** Of the bytes left, above, and above left: the prediction to which a filtered byte is the difference. */
const predictions: readonly ((left: number, above: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_, above) => above,
  (left, above) => (left + above) >> 1,
  (left, above, corner) => {
    const toLeft = Math.abs(above - corner);
    const toAbove = Math.abs(left - corner);
    const toCorner = Math.abs(left + above - 2 * corner);
    if (toLeft <= toAbove && toLeft <= toCorner) return left;
    return toAbove <= toCorner ? above : corner;
  },
];

/** Undoes the filters of a pass in place. `size` is the distance to the left neighbour: the bytes of a pixel, at least 1. */
function unfilter(raw: Uint8Array, start: number, { height, line }: Pass, size: number): void {
  for (let y = 0, at = start; y < height; y++, at += line) {
    const predict = predictions.at(raw[at]);
    if (raw[at] >= predictions.length || predict === undefined)
      throw new ConvError({ code: "bad-image", what: `line ${y} has the unknown filter ${raw[at]}` });
    for (let i = 1; i < line; i++) {
      const left = i > size ? raw[at + i - size] : 0;
      const above = y > 0 ? raw[at + i - line] : 0;
      const corner = i > size && y > 0 ? raw[at + i - line - size] : 0;
      raw[at + i] += predict(left, above, corner);
    }
  }
}

/** Sample `index` of a line: two bytes, one, or some bits of one, the highest first. */
function sampleAt(raw: Uint8Array, start: number, index: number, depth: number): number {
  if (depth === 8) return raw[start + index];
  if (depth === 16) return raw[start + 2 * index] * 256 + raw[start + 2 * index + 1];
  const bit = index * depth;
  return (raw[start + (bit >> 3)] >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
}

/** PLTE: three bytes for each colour. tRNS: an alpha for each of the first colours. */
function applyPalette(pixels: Pixels, palette: PngChunk | undefined, alphas: PngChunk | undefined): Pixels {
  if (palette === undefined || palette.data.length % 3 !== 0 || palette.data.length === 0)
    throw badPng("the palette is missing or damaged", palette?.offset ?? 8);
  const count = palette.data.length / 3;
  const channels = alphas === undefined ? 3 : 4;
  const data = new Uint8Array(pixels.data.length * channels);
  pixels.data.forEach((index, pixel) => {
    if (index >= count)
      throw badPng(`pixel ${pixel} has colour ${index}, which is not in the palette of ${count}`, palette.offset);
    data.set(palette.data.subarray(3 * index, 3 * index + 3), pixel * channels);
    if (alphas !== undefined) data[pixel * 4 + 3] = index < alphas.data.length ? alphas.data[index] : 255;
  });
  return { ...pixels, channels, data, most: 255 };
}

/** tRNS without a palette: the one colour, two bytes a sample, whose pixels are transparent; all others are opaque. */
function applyTransparentColour(pixels: Pixels, { data: colour, offset }: PngChunk): Pixels {
  const { width, height, data, channels, most } = pixels;
  if (colour.length !== 2 * channels)
    throw badPng("the transparent colour is damaged", offset, 2 * channels, colour.length);
  const samples = Array.from({ length: channels }, (_, s) => colour[2 * s] * 256 + colour[2 * s + 1]);
  const wider = new (most > 255 ? Uint16Array : Uint8Array)(width * height * (channels + 1));
  for (let pixel = 0; pixel < width * height; pixel++) {
    const values = data.subarray(pixel * channels, (pixel + 1) * channels);
    wider.set(values, pixel * (channels + 1));
    wider[pixel * (channels + 1) + channels] = samples.every((sample, s) => sample === values[s]) ? 0 : most;
  }
  return { ...pixels, channels: channels + 1, data: wider };
}
