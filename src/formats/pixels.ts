import { ConvError } from "../base/errors";
import { type ComputeDtype, computeArray } from "../tensor/dtype";
import { type ComputeTensor, tensor } from "../tensor/tensor";

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** A decoded image: grey, grey and alpha, RGB, or RGB and alpha. */
export interface Pixels extends ImageSize {
  readonly channels: number;
  /** Row by row, the samples of a pixel side by side. */
  readonly data: Uint8Array | Uint16Array;
  /** The sample that stands for full intensity: 255, 65535, less for fewer bits. */
  readonly most: number;
}

export interface ImageOptions {
  /** Default: the image's own colour channels, without alpha. */
  readonly channels?: "gray" | "rgb" | "rgba";
  /** unit (default): sample / full intensity, 0 … 1. raw: the samples as they are stored. */
  readonly scale?: "unit" | "raw";
}

const MOST_PIXELS = 2 ** 26;

/** Called before anything of the image's size is allocated. Throws `bad-image`, `too-large`. */
export function checkImageSize({ width, height }: ImageSize): void {
  if (width === 0 || height === 0)
    throw new ConvError({ code: "bad-image", what: "the image has no pixels", found: `${width}×${height}` });
  if (width * height > MOST_PIXELS)
    throw new ConvError({
      code: "too-large",
      what: "the image is too large",
      expected: `at most ${MOST_PIXELS} pixels`,
      found: `${width}×${height} = ${width * height}`,
    });
}

/** ITU-R BT.601, as Pillow's mode "L", but not rounded to whole numbers. */
const LUMA = [0.299, 0.587, 0.114];

/** [1, C, H, W]. Alpha is never multiplied in: it is a channel of its own if asked for, else dropped, and `note` is told. */
export function imageTensor(
  pixels: Pixels,
  { channels, scale = "unit" }: ImageOptions,
  dtype: ComputeDtype,
  note: (text: string) => void = () => undefined,
): ComputeTensor {
  const { width, height, data, most, channels: stored } = pixels;
  const coloured = stored >= 3;
  const hasAlpha = stored === 2 || stored === 4;
  const wanted = channels ?? (coloured ? "rgb" : "gray");
  if (hasAlpha && wanted !== "rgba") note('the alpha channel was dropped; "channels": "rgba" keeps it');
  const unit = scale === "unit" ? most : 1;
  const sample = (pixel: number, channel: number) => data[pixel * stored + channel];
  const colour = (pixel: number, channel: number) => sample(pixel, coloured ? channel : 0) / unit;
  const gray = (pixel: number) =>
    coloured
      ? (LUMA[0] * sample(pixel, 0) + LUMA[1] * sample(pixel, 1) + LUMA[2] * sample(pixel, 2)) / unit
      : sample(pixel, 0) / unit;
  const alpha = (pixel: number) => (hasAlpha ? sample(pixel, stored - 1) : most) / unit;
  const value = { gray, rgb: colour, rgba: (p: number, c: number) => (c === 3 ? alpha(p) : colour(p, c)) }[wanted];
  const count = { gray: 1, rgb: 3, rgba: 4 }[wanted];
  const area = width * height;
  const values = computeArray(dtype, count * area);
  for (let channel = 0, at = 0; channel < count; channel++)
    for (let pixel = 0; pixel < area; pixel++) values[at++] = value(pixel, channel);
  return tensor(dtype, [1, count, height, width], values);
}
