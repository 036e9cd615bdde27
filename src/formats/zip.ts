import { Inflate } from "fflate";
import { ConvError } from "../base/errors";
import { crc32 } from "./crc32";
import { CountedInflate } from "./inflate";
import { type Source, rangeSource } from "./source";
import { type ZipEntry, readZipDirectory } from "./zipDirectory";

const LOCAL = 0x04034b50;
/** Compressed bytes that are read at once. */
const READ = 2 ** 20;

/** An open zip archive. Only its directory is read until an entry is asked for. */
export class ZipFile {
  private constructor(
    readonly source: Source,
    readonly entries: ReadonlyMap<string, ZipEntry>,
  ) {}

  static async open(source: Source): Promise<ZipFile> {
    const entries = await readZipDirectory(source);
    return new ZipFile(source, new Map(entries.map((entry) => [entry.name, entry])));
  }

  /** The whole entry, its length and CRC checked. Throws `too-large`, `bad-archive`. */
  async read(entry: ZipEntry, limit: number): Promise<Uint8Array<ArrayBuffer>> {
    if (entry.size > limit)
      throw new ConvError({
        code: "too-large",
        what: "the entry is too large",
        at: { entry: entry.name },
        expected: `at most ${limit} bytes`,
        found: `${entry.size} bytes`,
      });
    const packed = await this.#packed(entry);
    const bytes =
      entry.method === "stored" ? await packed.read(0, packed.size) : await inflate(packed, entry, entry.size);
    const crc = crc32(bytes);
    if (crc !== entry.crc) throw bad(entry, "the entry's data is damaged", `CRC ${hex(entry.crc)}`, `CRC ${hex(crc)}`);
    return bytes;
  }

  /** The entry by ranges. The CRC, which is over the whole, is not checked. A deflated entry is inflated up to the range's end. */
  async open(entry: ZipEntry): Promise<Source> {
    const packed = await this.#packed(entry);
    if (entry.method === "stored") return packed;
    return { size: entry.size, read: async (start, end) => (await inflate(packed, entry, end)).subarray(start, end) };
  }

  /**
   * The entry's bytes as stored. The local header (30 bytes, then name and extra fields) repeats the directory's: signature,
   * version 2, flags 2, method 2, time 4, CRC 4, sizes 8, lengths of name and extra 4. Its sizes may be zero or in zip64
   * form (a writer to a stream does not know them yet), so only the directory's count.
   */
  async #packed(entry: ZipEntry): Promise<Source> {
    const at = entry.headerOffset;
    const head = await this.source.read(at, at + 30);
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    if (view.getUint32(0, true) !== LOCAL) throw bad(entry, "the entry is not where the directory says");
    if (view.getUint16(8, true) !== (entry.method === "stored" ? 0 : 8))
      throw bad(entry, "the entry and the directory disagree about its compression");
    const start = at + 30 + view.getUint16(26, true) + view.getUint16(28, true);
    const end = start + entry.compressedSize;
    if (end > entry.limit) throw bad(entry, "the entry overlaps what comes after it");
    return rangeSource(this.source, start, end);
  }
}

/** Inflates until at least `wanted` bytes are there; to the very end if that is all of them. */
async function inflate(packed: Source, entry: ZipEntry, wanted: number): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new CountedInflate(Inflate, entry.size, (what, expected, found) =>
    bad(entry, `the entry ${what}`, expected, found),
  );
  for (let at = 0; at < packed.size && (stream.total < wanted || wanted === entry.size); at += READ) {
    const end = Math.min(at + READ, packed.size);
    stream.push(await packed.read(at, end), end === packed.size, wanted);
  }
  return stream.bytes(wanted);
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}

function bad(entry: ZipEntry, what: string, expected?: string, found?: string): ConvError {
  return new ConvError({ code: "bad-archive", what, at: { entry: entry.name }, expected, found });
}
