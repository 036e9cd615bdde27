import { zipSync } from "fflate";
import { ConvError } from "../base/errors";
import { type Tensor, elementCount } from "../tensor/tensor";
import { dtypes } from "../tensor/dtype";
import { NpyFile, npyBytes } from "./npy";
import { type NpyHeader, readNpyHeader } from "./npyHeader";
import { type Source, bytesSource, namingEntry } from "./source";
import { ZipFile } from "./zip";
import type { ZipEntry } from "./zipDirectory";

/** What one entry may take in memory. */
const MOST_BYTES = 2 ** 32 - 2;
/** Zip without zip64, which is what is written here, ends at 4 GiB. */
const MOST_WRITTEN = 2 ** 32 - 2 ** 20;

/** An open .npz archive: each entry `key.npy` is an array. Other entries are passed over, as NumPy passes over what is no array. */
export class NpzFile {
  private constructor(
    readonly zip: ZipFile,
    readonly entries: ReadonlyMap<string, ZipEntry>,
  ) {}

  static async open(source: Source): Promise<NpzFile> {
    const zip = await ZipFile.open(source);
    const arrays = [...zip.entries.values()].filter(({ name }) => name.endsWith(".npy"));
    return new NpzFile(zip, new Map(arrays.map((entry) => [entry.name.slice(0, -4), entry])));
  }

  get keys(): string[] {
    return [...this.entries.keys()];
  }

  /** Shape and dtype, without the elements. */
  header(key: string): Promise<NpyHeader> {
    const entry = this.#entry(key);
    return namingEntry(entry.name, async () => readNpyHeader(await this.zip.open(entry)));
  }

  /** The array opened for reading a part of it. Its CRC is not checked. */
  file(key: string): Promise<NpyFile> {
    const entry = this.#entry(key);
    return namingEntry(entry.name, async () => NpyFile.open(await this.zip.open(entry)));
  }

  /** The whole array, CRC checked. Only the header is inflated to find out whether the rest is as long as it should be. */
  tensor(key: string): Promise<Tensor> {
    const entry = this.#entry(key);
    return namingEntry(entry.name, async () => {
      const { trailing } = await NpyFile.open(await this.zip.open(entry));
      if (trailing > 0)
        throw new ConvError({
          code: "bad-archive",
          what: "the entry is longer than its array",
          expected: `${entry.size - trailing} bytes`,
          found: `${entry.size} bytes`,
        });
      const file = await NpyFile.open(bytesSource(await this.zip.read(entry, MOST_BYTES)));
      return file.tensor();
    });
  }

  #entry(key: string): ZipEntry {
    const entry = this.entries.get(key);
    if (entry === undefined) throw new ConvError({ code: "bad-key", what: `the archive has no array "${key}"` });
    return entry;
  }
}

/** The bytes of a .npz archive that numpy.load reads; the same bytes for the same tensors. Throws `too-large` from 4 GiB on. */
export function npzBytes(
  tensors: Readonly<Record<string, Tensor>>,
  { deflate = false }: { readonly deflate?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  const total = Object.values(tensors).reduce(
    (sum, { dtype, shape }) => sum + elementCount(shape) * dtypes[dtype].fileBytes,
    0,
  );
  if (total > MOST_WRITTEN)
    throw new ConvError({
      code: "too-large",
      what: "the tensors do not fit into one .npz file",
      expected: `at most ${MOST_WRITTEN} bytes`,
      found: `${total} bytes`,
      remedy: "Write each tensor as a .npy file of its own",
    });
  const files = Object.entries(tensors).map(([name, value]) => [`${name}.npy`, npyBytes(value)] as const);
  // A fixed date: zip has no time zone and begins in 1980.
  return zipSync(Object.fromEntries(files), { level: deflate ? 6 : 0, mtime: new Date(1980, 0, 1) });
}
