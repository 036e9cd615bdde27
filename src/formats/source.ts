import { ConvError } from "../base/errors";
import type { Files } from "../base/files";

/** Bytes that are read by ranges: a file, an entry of an archive, or memory. */
export interface Source {
  readonly size: number;
  /** Exactly the bytes [start, end) within the size, or ConvError `truncated`. The caller does not change them. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** The file as it is now; if it becomes shorter meanwhile, the read that meets its end throws `truncated`. */
export async function fileSource(files: Files, path: string): Promise<Source> {
  const { size, kind, what } = await files.stat(path);
  if (kind !== "file")
    throw new ConvError({
      code: "not-a-file",
      what: "this is not a file that can be read",
      file: path,
      expected: "a regular file",
      found: what ?? (kind === "directory" ? "a directory" : "something else"),
    });
  return {
    size,
    async read(start, end) {
      const bytes = await files.readRange(path, start, end);
      if (bytes.length < end - start) throw truncated(start, end, bytes.length);
      return bytes;
    },
  };
}

export function bytesSource(bytes: Uint8Array<ArrayBuffer>): Source {
  return {
    size: bytes.length,
    read: (start, end) =>
      end <= bytes.length
        ? Promise.resolve(bytes.subarray(start, end))
        : Promise.reject(truncated(start, end, Math.max(0, bytes.length - start))),
  };
}

/** Bytes [start, end) of another source as a source of their own. */
export function rangeSource(source: Source, start: number, end: number): Source {
  return { size: end - start, read: (from, to) => source.read(start + from, start + to) };
}

export function readAll(source: Source, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  if (source.size > limit)
    throw new ConvError({
      code: "too-large",
      what: "the file is too large for this format",
      expected: `at most ${limit} bytes`,
      found: `${source.size} bytes`,
    });
  return source.read(0, source.size);
}

function truncated(start: number, end: number, have: number): ConvError {
  return new ConvError({
    code: "truncated",
    what: "the file ends too early",
    at: { offset: start },
    expected: `${end - start} bytes`,
    found: `${have} bytes`,
  });
}

/** Runs `read`; any ConvError that comes out names the archive's entry. */
export async function namingEntry<T>(entry: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ConvError)) throw error;
    throw new ConvError({ ...error.fault, at: { entry, ...error.fault.at } }, { cause: error });
  }
}

/** UTF-8, a byte order mark dropped. Throws `bad-syntax` if the bytes are anything else. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ConvError({ code: "bad-syntax", what: "the text is not UTF-8", remedy: "Save it as UTF-8" }, { cause });
  }
}

/** Runs `read`; an array that cannot be had becomes ConvError `out-of-memory`. */
export async function withinMemory<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof RangeError && /alloc|length/i.test(cause.message))) throw cause;
    const remedy = "Take a part of the tensor, or close other programs";
    throw new ConvError(
      { code: "out-of-memory", what: "there is not enough memory for the tensor", remedy },
      { cause },
    );
  }
}
