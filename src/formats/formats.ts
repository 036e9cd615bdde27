import { ConvError, namingFile } from "../base/errors";
import { clipped, counted } from "../base/text";
import type { Files } from "../base/files";
import type { Tensor } from "../tensor/tensor";
import { csvTensor } from "./csv";
import { imageInfo, readImage } from "./image";
import { NpyFile, npyBytes } from "./npy";
import { readNpyHeader } from "./npyHeader";
import { NpzFile, npzBytes } from "./npz";
import { imageTensor } from "./pixels";
import { SafetensorsFile } from "./safetensors";
import { type Source, fileSource, readAll, withinMemory } from "./source";
import { closest } from "./suggest";

export type FormatName = "npy" | "npz" | "safetensors" | "image" | "csv";

export interface TensorInfo {
  /** The key in an archive; "" in a file of one tensor. */
  readonly name: string;
  readonly shape: readonly number[];
  /** As the file calls it, if it is a type that is not known here. */
  readonly dtype: string;
}

type Note = (text: string) => void;

interface Format {
  readonly extensions: readonly string[];
  /** First bytes of such files. */
  readonly magic: readonly (readonly number[])[];
  list(source: Source): Promise<TensorInfo[]>;
  /** `choose` picks one of several tensors by its key. */
  read(source: Source, choose: (names: readonly string[]) => string, note: Note): Promise<Tensor>;
}

const MOST_TEXT = 2 ** 28;

/** Every format that is read. Where neither extension nor first bytes are in this table, the file is not. */
export const formats = {
  npy: {
    extensions: ["npy"],
    magic: [[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]],
    list: async (source) => [{ name: "", ...(await readNpyHeader(source)) }],
    read: async (source, _, note) => {
      const file = await NpyFile.open(source);
      if (file.trailing > 0) note(`${file.trailing} bytes after the array were passed over, as NumPy does`);
      return file.tensor();
    },
  },
  npz: {
    extensions: ["npz"],
    magic: [
      [0x50, 0x4b, 3, 4],
      [0x50, 0x4b, 5, 6],
    ],
    list: async (source) => {
      const archive = await NpzFile.open(source);
      const infos: TensorInfo[] = [];
      for (const name of archive.keys) infos.push({ name, ...(await archive.header(name)) });
      return infos;
    },
    read: async (source, choose) => {
      const archive = await NpzFile.open(source);
      return archive.tensor(choose(archive.keys));
    },
  },
  safetensors: {
    extensions: ["safetensors"],
    magic: [],
    list: async (source) => {
      const { entries } = await SafetensorsFile.open(source);
      return [...entries].map(([name, { shape, dtype, storage }]) => ({ name, shape, dtype: dtype ?? storage }));
    },
    read: async (source, choose) => {
      const file = await SafetensorsFile.open(source);
      return file.tensor(choose([...file.entries.keys()]));
    },
  },
  image: {
    extensions: ["png", "jpg", "jpeg"],
    magic: [
      [0x89, 0x50, 0x4e, 0x47],
      [0xff, 0xd8, 0xff],
    ],
    list: async (source) => [{ name: "", ...(await imageInfo(source)) }],
    read: async (source, _, note) => imageTensor(await readImage(source), {}, "float32", note),
  },
  csv: {
    extensions: ["csv", "tsv", "txt"],
    magic: [],
    list: async (source) => [{ name: "", ...csvTensor(await readAll(source, MOST_TEXT)) }],
    read: async (source, _, note) => csvTensor(await readAll(source, MOST_TEXT), note),
  },
} as const satisfies Record<FormatName, Format>;

/** A file, and the key of a tensor in it: "archive.npz#key". Only archives have keys: in other names # is a letter. */
export function splitKey(spec: string): { path: string; key?: string } {
  const match = /^(.*?\.(?:npz|safetensors))#(.*)$/is.exec(spec);
  return match === null ? { path: spec } : { path: match[1], key: match[2] };
}

/** The file, opened. Where there is none because a key was asked of a file of one tensor, the error says so. */
export async function openTensors(files: Files, path: string): Promise<Source> {
  try {
    return await fileSource(files, path);
  } catch (error) {
    const keyed = /\.(npy|png|jpe?g|csv|tsv|txt)#([^/\\]*)$/i.exec(path);
    if (!(error instanceof ConvError) || error.code !== "not-found" || keyed === null) throw error;
    const [, ending, key] = keyed;
    const what = `${error.fault.what}, and a .${ending} file has one tensor and no key`;
    throw new ConvError({ ...error.fault, what, remedy: `Leave "#${key}" out` }, { cause: error });
  }
}

/** By extension; without a known one, by the first bytes. Throws `unsupported`. */
export async function formatOf(path: string, source: Source): Promise<FormatName> {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1].toLowerCase() ?? "";
  const head = await source.read(0, Math.min(source.size, 8));
  for (const [name, format] of entriesOf(formats)) if (format.extensions.includes(extension)) return name;
  for (const [name, format] of entriesOf(formats))
    if (format.magic.some((magic) => magic.every((byte, i) => head[i] === byte))) return name;
  const known = entriesOf(formats).flatMap(([, format]) => format.extensions.map((each) => `.${each}`));
  throw new ConvError({ code: "unsupported", what: "this kind of file is not known", expected: known.join(", ") });
}

function entriesOf(table: Readonly<Record<FormatName, Format>>): [FormatName, Format][] {
  return Object.entries(table) as [FormatName, Format][]; // the table has these keys and no others
}

/** Names, shapes and types of all tensors of a file, without reading their elements (but a CSV file is read). */
export function listTensors(files: Files, path: string): Promise<TensorInfo[]> {
  return namingFile(path, async () => {
    const source = await openTensors(files, path);
    const format: Format = formats[await formatOf(path, source)];
    const infos = await format.list(source);
    return infos.map(({ name, shape, dtype }) => ({ name, shape, dtype }));
  });
}

/**
 * One tensor: `spec` is a path, or archive.npz#key. An archive of exactly one tensor needs no key. Images come as
 * [1, C, H, W], 0 … 1, alpha dropped; CSV as float64. `note` hears what was passed over. Throws ConvError, naming the file.
 */
export async function readTensor(files: Files, spec: string, note: Note = () => undefined): Promise<Tensor> {
  const { path, key } = splitKey(spec);
  return namingFile(path, async () => {
    const source = await openTensors(files, path);
    const format: Format = formats[await formatOf(path, source)];
    return withinMemory(() => format.read(source, (names) => chosenKey(names, key), note));
  });
}

/** The key that is meant: the one that is named, or the only one. Throws `bad-key`. */
export function chosenKey(names: readonly string[], key: string | undefined): string {
  if (key !== undefined && names.includes(key)) return key;
  if (key === undefined && names.length === 1) return names[0];
  const shown = names.slice(0, 10).map((name) => `#${clipped(name)}`);
  const more = names.length > 10 ? ` and ${names.length - 10} more` : "";
  const meant = key === undefined ? undefined : closest(key, names);
  throw new ConvError({
    code: "bad-key",
    what:
      key === undefined
        ? `the archive holds ${counted(names.length, "tensor")}`
        : `the archive has no tensor "${clipped(key)}"`,
    expected: names.length === 0 ? "at least one tensor" : `one of ${shown.join(", ")}${more}`,
    remedy:
      meant !== undefined
        ? `Did you mean "#${meant}"`
        : names.length > 0
          ? "Name one, as in archive.npz#key"
          : undefined,
  });
}

/** Writes one .npy file, or a .npz archive of one or several tensors, that NumPy reads. Throws `unsupported`, `not-written`. */
export async function writeTensors(
  files: Files,
  path: string,
  tensors: Readonly<Record<string, Tensor>>,
  options: { readonly deflate?: boolean } = {},
): Promise<void> {
  const all = Object.values(tensors);
  if (/\.npz$/i.test(path)) return files.write(path, npzBytes(tensors, options));
  if (/\.npy$/i.test(path) && all.length === 1) return files.write(path, npyBytes(all[0]));
  throw new ConvError({
    code: "unsupported",
    what: "this kind of file is not written",
    file: path,
    expected: all.length === 1 ? ".npy or .npz" : ".npz",
  });
}
