import { ConvError } from "../base/errors";
import { bytesText } from "../base/text";
import { decodeJpeg, jpegFrame } from "./jpeg";
import type { Pixels } from "./pixels";
import { decodePng } from "./png";
import { pngSize } from "./pngChunks";
import { type Source, readAll } from "./source";

/** Far above any photograph's size; the pixels have a limit of their own. */
const MOST_BYTES = 2 ** 28;

const kindOf = (head: Uint8Array): "png" | "jpeg" | null =>
  head[0] === 0x89 && head[1] === 0x50 ? "png" : head[0] === 0xff && head[1] === 0xd8 ? "jpeg" : null;

/** PNG or JPEG, whatever its name says. Throws ConvError: see `decodePng` and `decodeJpeg`. */
export async function readImage(source: Source): Promise<Pixels> {
  const bytes = await readAll(source, MOST_BYTES);
  const kind = kindOf(bytes);
  if (kind === null) throw notAnImage(bytes);
  return kind === "png" ? decodePng(bytes) : decodeJpeg(bytes);
}

/** Shape [1, C, H, W] as a layer would take it, and the type of the samples, without decoding the image. */
export async function imageInfo(source: Source): Promise<{ shape: number[]; dtype: "uint8" | "uint16" }> {
  const head = await source.read(0, Math.min(source.size, 64));
  const kind = kindOf(head);
  if (kind === null) throw notAnImage(head);
  if (kind === "png") {
    const { width, height, depth, channels } = pngSize(head);
    return { shape: [1, channels >= 3 ? 3 : 1, height, width], dtype: depth === 16 ? "uint16" : "uint8" };
  }
  const { width, height, components } = jpegFrame(await readAll(source, MOST_BYTES));
  return { shape: [1, components, height, width], dtype: "uint8" };
}

function notAnImage(head: Uint8Array): ConvError {
  return new ConvError({
    code: "bad-magic",
    what: "this is not an image that can be read",
    at: { offset: 0 },
    expected: "PNG or JPEG",
    found: head.length === 0 ? "an empty file" : bytesText(head.subarray(0, 8)),
  });
}
