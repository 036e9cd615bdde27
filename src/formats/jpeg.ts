import { decode } from "jpeg-js";
import { ConvError } from "../base/errors";
import { bytesText } from "../base/text";
import { type Sampling, smooth, toRgb } from "./jpegColour";
import { type ImageSize, type Pixels, checkImageSize } from "./pixels";

/** What the markers before and between the scans say. */
interface Frame extends ImageSize {
  readonly components: number;
  readonly samplings: readonly Sampling[];
  /** False: the samples are RGB already, not YCbCr. */
  readonly transformed: boolean;
}

/** An image is drawn in a few dozen scans at most; each one costs a walk over all of it. */
const MOST_SCANS = 100;
const MOST_MEGABYTES = 2048;

/**
 * Baseline and progressive JPEG, 8 bits, grey or three colours. jpeg-js draws it; what it would take too lightly is checked
 * before: the markers up to the end of the image, the size, and whether there is any chance that the data fills it.
 * Samples may differ from Pillow's by a few units: the inverse transform rounds otherwise. An orientation in EXIF is not applied, as Pillow does not.
 * Throws ConvError `bad-magic`, `truncated`, `bad-image`, `unsupported`, `too-large`.
 */
export function decodeJpeg(bytes: Uint8Array): Pixels {
  const { width, height, components, samplings, transformed } = jpegFrame(bytes);
  const { data } = guarded(() =>
    decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      colorTransform: false,
      maxMemoryUsageInMB: MOST_MEGABYTES,
    }),
  );
  // jpeg-js gives grey images three equal channels.
  if (components === 1) return { width, height, channels: 1, data: data.filter((_, i) => i % 3 === 0), most: 255 };
  smooth(data, width, height, samplings);
  if (transformed) toRgb(data);
  return { width, height, channels: components, data, most: 255 };
}

function guarded<T>(draw: () => T): T {
  try {
    return draw();
  } catch (cause) {
    // jpeg-js throws plain errors, and TypeErrors where a table is missing.
    const found = cause instanceof TypeError ? "a table that is missing" : (cause as Error).message;
    throw new ConvError({ code: "bad-image", what: "the image data is damaged", found }, { cause });
  }
}

/**
 * Walks over the markers (0xFF, kind, length 2 with itself, data). Start of frame, kinds 0xC0 … 0xCF without C4, C8 and CC:
 * precision 1, height 2, width 2, components 1, then of each its name 1, sampling 1, table 1.
 */
export function jpegFrame(bytes: Uint8Array): Frame {
  if (!(bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff))
    throw new ConvError({
      code: "bad-magic",
      what: "this is not a JPEG file",
      at: { offset: 0 },
      expected: '"\\xff\\xd8\\xff"',
      found: bytesText(bytes.subarray(0, 3)),
    });
  let frame: Frame | null = null;
  let jfif = false;
  let adobe: number | null = null;
  let scans = 0;
  for (let at = 2; ;) {
    const { kind, offset, data, next } = segmentAt(bytes, at);
    at = next;
    if (kind === 0xd9) break;
    const isFrame = kind >= 0xc0 && kind <= 0xcf && kind !== 0xc4 && kind !== 0xc8 && kind !== 0xcc;
    if (isFrame) {
      if (frame !== null) throw bad("the image has two frames", offset);
      frame = frameOf(kind, data, offset);
    }
    if (kind === 0xe0 && String.fromCharCode(...data.subarray(0, 4)) === "JFIF") jfif = true;
    if (kind === 0xee && data.length >= 12 && String.fromCharCode(...data.subarray(0, 5)) === "Adobe") adobe = data[11];
    if (kind !== 0xda) continue;
    if (frame === null) throw bad("the image data comes before its size", offset);
    if (++scans > MOST_SCANS) throw bad(`the image has more than ${MOST_SCANS} scans`, offset);
    at = endOfScan(bytes, at);
  }
  if (frame === null || scans === 0) throw bad("there is no image in the file", 2);
  // Each block of 8×8 samples takes at least one bit.
  const least = Math.ceil((frame.width * frame.height) / 512);
  if (least > bytes.length)
    throw new ConvError({
      code: "truncated",
      what: `there is less image data than ${frame.width}×${frame.height} pixels need`,
      expected: `at least ${least} bytes`,
      found: `${bytes.length} bytes`,
    });
  // As libjpeg decides: JFIF is always YCbCr, then Adobe's marker counts, then the components' names.
  return { ...frame, transformed: jfif || (adobe === null ? frame.transformed : adobe !== 0) };
}

function segmentAt(bytes: Uint8Array, start: number) {
  if (start + 2 <= bytes.length && bytes[start] !== 0xff) throw bad("a marker is missing", start);
  let offset = start;
  // Any number of 0xFF may stand before a marker.
  while (bytes[offset + 1] === 0xff) offset++;
  const kind = bytes[offset + 1];
  if (kind === 0xd9) return { kind, offset, data: bytes.subarray(0, 0), next: offset + 2 };
  const next = offset + 4 <= bytes.length ? offset + 2 + bytes[offset + 2] * 256 + bytes[offset + 3] : Infinity;
  if (next > bytes.length)
    throw new ConvError({
      code: "truncated",
      what: "the image is cut off",
      at: { offset: start },
      found: `${bytes.length} bytes`,
    });
  if (next < offset + 4) throw bad("a marker's length cannot be true", offset);
  return { kind, offset, data: bytes.subarray(offset + 4, next), next };
}

const frames: Readonly<Record<number, string>> = { 0xc3: "lossless", 0xc9: "arithmetic", 0xca: "arithmetic" };

function frameOf(kind: number, data: Uint8Array, offset: number): Frame {
  if (kind > 0xc2) {
    const what = `the image's coding (${frames[kind] ?? "hierarchical"}) is not supported`;
    throw new ConvError({ code: "unsupported", what, at: { offset }, remedy: "Save it as a plain JPEG or as PNG" });
  }
  if (data.length < 6 || data.length !== 6 + 3 * data[5]) throw bad("the image's frame is damaged", offset);
  const [precision, components] = [data[0], data[5]];
  if (precision !== 8 || (components !== 1 && components !== 3))
    throw new ConvError({
      code: "unsupported",
      what: "this kind of JPEG is not supported",
      at: { offset },
      expected: "8 bits, grey or three colours",
      found: `${precision} bits, ${components} components`,
      remedy: "Convert it to RGB",
    });
  const names = Array.from({ length: components }, (_, i) => data[6 + 3 * i]);
  for (let i = 0; i < components; i++) {
    const sampling = data[7 + 3 * i];
    const fits = (factor: number) => factor >= 1 && factor <= 4;
    if (!fits(sampling >> 4) || !fits(sampling & 15)) throw bad("a sampling factor cannot be true", offset);
  }
  if (new Set(names).size !== components) throw bad("two components have the same name", offset);
  const size = { width: data[3] * 256 + data[4], height: data[1] * 256 + data[2] };
  checkImageSize(size);
  const samplings = names.map((_, i) => ({ h: data[7 + 3 * i] >> 4, v: data[7 + 3 * i] & 15 }));
  return { ...size, components, samplings, transformed: String.fromCharCode(...names) !== "RGB" };
}

/** Entropy-coded data ends at a marker that is neither a stuffed zero nor a restart. */
function endOfScan(bytes: Uint8Array, start: number): number {
  for (let at = start; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0xff) continue;
    const kind = bytes[at + 1];
    if (kind !== 0 && kind !== 0xff && !(kind >= 0xd0 && kind <= 0xd7)) return at;
  }
  throw new ConvError({
    code: "truncated",
    what: "the image is cut off",
    at: { offset: bytes.length },
    expected: "an end marker",
    found: `${bytes.length} bytes`,
  });
}

function bad(what: string, offset: number): ConvError {
  return new ConvError({ code: "bad-image", what, at: { offset } });
}
