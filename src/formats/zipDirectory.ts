import { ConvError } from "../base/errors";
import { MOST_RATIO } from "./inflate";
import type { Source } from "./source";

/** One member of an archive, as the central directory describes it. Its name is a label: nothing is ever extracted. */
export interface ZipEntry {
  readonly name: string;
  readonly method: "stored" | "deflated";
  readonly crc: number;
  readonly compressedSize: number;
  /** Bytes after inflating, as declared; `ZipFile` counts what really comes out. */
  readonly size: number;
  /** Where the local header begins, and the first byte that cannot belong to this entry any more. */
  readonly headerOffset: number;
  readonly limit: number;
}

const MOST_ENTRIES = 100_000;
const MOST_DIRECTORY = 32 * 2 ** 20;

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const MEMBER = 0x02014b50;

interface Directory {
  readonly count: number;
  readonly start: number;
  readonly size: number;
}

/**
 * The central directory, with zip64, read by ranges from the file's end. Throws ConvError `bad-archive` (also for duplicate
 * names, overlaps and sizes that cannot be), `unsupported` (encryption, other compressions), `too-large`.
 */
export async function readZipDirectory(source: Source): Promise<ZipEntry[]> {
  const directory = await findDirectory(source);
  if (directory.count > MOST_ENTRIES)
    throw tooLarge("the archive has too many entries", `at most ${MOST_ENTRIES}`, directory.count);
  if (directory.size > MOST_DIRECTORY)
    throw tooLarge("the archive's directory is too large", `at most ${MOST_DIRECTORY} bytes`, directory.size);
  const bytes = await source.read(directory.start, directory.start + directory.size);
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let at = 0;
  for (let i = 0; i < directory.count; i++) {
    const { entry, next } = member(bytes, at, directory.start);
    if (names.has(entry.name)) throw bad("the archive has two entries of the same name", { entry: entry.name });
    names.add(entry.name);
    entries.push(entry);
    at = next;
  }
  if (at !== bytes.length)
    throw bad("the archive's directory is longer than its entries", { offset: directory.start + at });
  return withLimits(entries, directory.start);
}

/**
 * End record (22 bytes, then a comment of up to 65 535): signature, disk 2, disk of the directory 2, entries here 2,
 * entries 2, directory size 4, directory offset 4, comment length 2. With zip64, a locator of 20 bytes stands before it:
 * signature, disk 4, offset of the zip64 end record 8, disks 4.
 */
async function findDirectory(source: Source): Promise<Directory> {
  const tailStart = Math.max(0, source.size - 22 - 65_535);
  const tail = await source.read(tailStart, source.size);
  const view = viewOf(tail);
  let at = tail.length - 22;
  while (at >= 0 && !(view.getUint32(at, true) === END && at + 22 + view.getUint16(at + 20, true) === tail.length))
    at--;
  if (at < 0)
    throw bad(
      "the archive's end record is missing",
      { offset: source.size },
      "Write the file again: it was cut off, or it is no zip archive",
    );
  const end = tailStart + at;
  const oneDisk = view.getUint16(at + 4, true) === 0 && view.getUint16(at + 6, true) === 0;
  if (!oneDisk) throw unsupported("the archive is split over several files", { offset: end });
  const plain = {
    count: view.getUint16(at + 10, true),
    size: view.getUint32(at + 12, true),
    start: view.getUint32(at + 16, true),
  };
  const zip64 = at >= 20 && view.getUint32(at - 20, true) === LOCATOR_64;
  const directory = zip64 ? await findDirectory64(source, view, at - 20, end - 20) : plain;
  // Between directory and end record there is nothing but the zip64 records.
  if (directory.start + directory.size > (zip64 ? end - 20 : end))
    throw bad("the archive's directory does not fit before its end", { offset: end });
  return directory;
}

/**
 * Zip64 end record (56 bytes): signature, its size 8, versions 4, disks 8, entries here 8, entries 8, directory size 8,
 * directory offset 8.
 */
async function findDirectory64(source: Source, view: DataView, locator: number, limit: number): Promise<Directory> {
  const start = big(view, locator + 8, limit);
  if (start + 56 > limit) throw bad("the archive's zip64 end record is not where it should be", { offset: limit });
  const record = viewOf(await source.read(start, start + 56));
  if (record.getUint32(0, true) !== END_64)
    throw bad("the archive's zip64 end record is not where it should be", { offset: start });
  return { count: big(record, 32, start), size: big(record, 40, start), start: big(record, 48, start) };
}

/**
 * Directory entry (46 bytes, then name, extra fields, comment): signature, versions 4, flags 2, method 2, time 4, CRC 4,
 * compressed size 4, size 4, lengths of name, extra and comment 6, disk 2, attributes 6, offset of the local header 4.
 */
function member(bytes: Uint8Array, at: number, base: number): { entry: ZipEntry; next: number } {
  const view = viewOf(bytes);
  const place = { offset: base + at };
  if (at + 46 > bytes.length || view.getUint32(at, true) !== MEMBER)
    throw bad("the archive's directory is damaged", place);
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
  const extraStart = at + 46 + nameLength;
  const next = extraStart + extraLength + commentLength;
  if (next > bytes.length) throw bad("the archive's directory is damaged", place);
  const flags = view.getUint16(at + 8, true);
  const name = entryName(bytes.subarray(at + 46, extraStart), flags);
  if (flags & 0x2041)
    throw unsupported("the entry is encrypted", { entry: name }, "Write the archive without a password");
  const [compressedSize, size, headerOffset] = sizes64(view, at, extraStart, extraStart + extraLength, name);
  const method = methodOf(view.getUint16(at + 10, true), name);
  const most = method === "stored" ? compressedSize : compressedSize * MOST_RATIO;
  if (size > most || (method === "stored" && size !== compressedSize))
    throw bad(
      "the entry's sizes cannot be true",
      { entry: name },
      undefined,
      method === "stored" ? `${compressedSize} bytes, as many as are stored` : `at most ${most} bytes`,
      `${size} bytes`,
    );
  return {
    entry: { name, method, crc: view.getUint32(at + 16, true), compressedSize, size, headerOffset, limit: 0 },
    next,
  };
}

/** Bit 11 of the flags says UTF-8; otherwise it is code page 437, of which only ASCII is taken over. */
function entryName(bytes: Uint8Array, flags: number): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    if (flags & 0x800) throw bad("the name of an entry is not UTF-8", {});
    return Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : "\ufffd")).join("");
  }
}

/** Where a size or the offset is 0xFFFFFFFF, the true one stands in the extra field 1, in this order, 8 bytes each. */
function sizes64(view: DataView, at: number, start: number, end: number, name: string): [number, number, number] {
  const plain = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
  let wide = start;
  while (wide + 4 <= end && view.getUint16(wide, true) !== 1) wide += 4 + view.getUint16(wide + 2, true);
  const wideEnd = wide + 4 <= end ? wide + 4 + view.getUint16(wide + 2, true) : wide;
  let from = wide + 4;
  const [size, compressedSize, offset] = plain.map((value) => {
    if (value !== 0xffffffff) return value;
    if (from + 8 > wideEnd || wideEnd > end)
      throw bad("the entry's zip64 sizes are missing", { entry: name, offset: at });
    from += 8;
    return big(view, from - 8, at);
  });
  return [compressedSize, size, offset];
}

const methods: Readonly<Record<number, string>> = {
  9: "Deflate64",
  12: "bzip2",
  14: "LZMA",
  93: "Zstandard",
  95: "XZ",
};

function methodOf(method: number, name: string): ZipEntry["method"] {
  if (method === 0) return "stored";
  if (method === 8) return "deflated";
  const found = methods[method] ?? `method ${method}`;
  throw unsupported("the entry's compression is not supported", { entry: name }, "Write it with numpy.savez", found);
}

/** No two entries may share bytes, nor reach into the directory: each ends where the next one begins. */
function withLimits(entries: readonly ZipEntry[], directoryStart: number): ZipEntry[] {
  const order = entries.map((_, i) => i).sort((a, b) => entries[a].headerOffset - entries[b].headerOffset);
  const limits = new Array<number>(entries.length);
  order.forEach((index, rank) => {
    const { name, headerOffset, compressedSize } = entries[index];
    const limit = rank + 1 < order.length ? entries[order[rank + 1]].headerOffset : directoryStart;
    if (headerOffset + 30 + compressedSize > limit)
      throw bad("the entry overlaps what comes after it", { entry: name, offset: headerOffset });
    limits[index] = limit;
  });
  return entries.map((entry, i) => ({ ...entry, limit: limits[i] }));
}

function big(view: DataView, at: number, offset: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw bad("a size in the archive cannot be true", { offset });
  return value;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

type At = { entry?: string; offset?: number };

function bad(what: string, at: At, remedy?: string, expected?: string, found?: string): ConvError {
  return new ConvError({ code: "bad-archive", what, at, remedy, expected, found });
}
function unsupported(what: string, at: At, remedy?: string, found?: string): ConvError {
  return new ConvError({ code: "unsupported", what, at, remedy, found });
}
function tooLarge(what: string, expected: string, found: number): ConvError {
  return new ConvError({ code: "too-large", what, expected, found: String(found) });
}
