import { ConvError } from "../base/errors";
import { bytesText } from "../base/text";
import { crc32 } from "./crc32";
import type { ImageSize } from "./pixels";

/** IHDR, 13 bytes: width 4, height 4, bit depth, colour type, compression, filter, interlace. */
export interface PngHeader extends ImageSize {
  readonly depth: number;
  readonly colour: number;
  readonly interlaced: boolean;
}

export interface PngChunk {
  readonly type: string;
  readonly offset: number;
  readonly data: Uint8Array;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Samples of a pixel and bit depths that are allowed, for each colour type. */
export const pngColours: Readonly<Record<number, { readonly samples: number; readonly depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};
/** The size alone, from the file's first 33 bytes or more. */
export function pngSize(bytes: Uint8Array): ImageSize & { readonly channels: number; readonly depth: number } {
  checkSignature(bytes);
  const header = pngHeader(chunkAt(bytes, 8));
  return { ...header, channels: header.colour === 3 ? 3 : pngColours[header.colour].samples };
}

function checkSignature(bytes: Uint8Array): void {
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte))
    throw new ConvError({
      code: "bad-magic",
      what: "this is not a PNG file",
      at: { offset: 0 },
      expected: '"\\x89PNG"',
      found: bytesText(bytes.subarray(0, 8)),
    });
}

/** Up to IEND. What comes after it is nobody's business. */
export function pngChunks(bytes: Uint8Array): PngChunk[] {
  checkSignature(bytes);
  const chunks: PngChunk[] = [];
  for (let at = 8; chunks.at(-1)?.type !== "IEND";) {
    const chunk = chunkAt(bytes, at);
    const known = ["IHDR", "PLTE", "IDAT", "IEND"].includes(chunk.type);
    // A capital letter first: the image cannot be understood without this chunk.
    if (!known && /^[A-Z]/.test(chunk.type)) throw badPng(`the chunk ${chunk.type} is not known`, at);
    if ((chunk.type === "IHDR") !== (chunks.length === 0)) throw badPng("IHDR is not the first chunk", at);
    chunks.push(chunk);
    at += 12 + chunk.data.length;
  }
  return chunks;
}

/** Length 4, type 4, data, CRC over type and data 4. */
function chunkAt(bytes: Uint8Array, at: number): PngChunk {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = at + 12 <= bytes.length ? view.getUint32(at) : 0;
  const end = at + 12 + length;
  if (end > bytes.length)
    throw new ConvError({
      code: "truncated",
      what: "the image is cut off",
      at: { offset: at },
      expected: `${end} bytes`,
      found: `${bytes.length} bytes`,
    });
  const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
  if (!/^[A-Za-z]{4}$/.test(type)) throw badPng("a chunk has no name", at + 4);
  if (crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4))
    throw badPng(`the chunk ${type} is damaged: its CRC is wrong`, at);
  return { type, offset: at, data: bytes.subarray(at + 8, end - 4) };
}

export function pngHeader({ type, offset, data }: PngChunk): PngHeader {
  if (type !== "IHDR" || data.length !== 13) throw badPng("IHDR is not the first chunk", offset);
  const view = new DataView(data.buffer, data.byteOffset, 13);
  const [depth, colour, compression, filter, interlace] = data.subarray(8);
  if (!Object.hasOwn(pngColours, colour) || !pngColours[colour].depths.includes(depth))
    throw badPng(`there is no PNG of colour type ${colour} with ${depth} bits`, offset + 16);
  if (compression !== 0 || filter !== 0 || interlace > 1)
    throw badPng("the image's compression, filter or interlacing is not known", offset + 18);
  return { width: view.getUint32(0), height: view.getUint32(4), depth, colour, interlaced: interlace === 1 };
}

export function badPng(what: string, offset: number, expected?: number, found?: number): ConvError {
  return new ConvError({
    code: "bad-image",
    what,
    at: { offset },
    expected: expected?.toString(),
    found: found?.toString(),
  });
}
