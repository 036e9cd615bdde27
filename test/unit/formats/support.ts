import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ConvError } from "../../../src/base/errors";
import type { Files } from "../../../src/base/files";
import { nodeFiles } from "../../../src/base/nodeFiles";
import type { Tensor } from "../../../src/tensor/tensor";

export const fixtures = fileURLToPath(new URL("../../fixtures/files/", import.meta.url));
export const disk = nodeFiles();

interface Good {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
  /** Of images: row by row, and the sample of full intensity. */
  readonly samples?: readonly number[];
  readonly channels?: number;
  readonly most?: number;
}

export interface Broken {
  readonly code: string;
  readonly key?: string;
  readonly offset?: number;
  readonly line?: number;
  readonly column?: number;
  readonly entry?: string;
  readonly text?: string;
}

/** What NumPy and Pillow read from the fixtures. */
export const expected = JSON.parse(readFileSync(join(fixtures, "expected.json"), "utf8")) as {
  readonly good: Readonly<Record<string, Good>>;
  readonly broken: Readonly<Record<string, Broken>>;
  readonly jpeg: Readonly<Record<string, { readonly shape: readonly number[]; readonly samples: readonly number[] }>>;
  readonly random: readonly { readonly spec: object; readonly values: readonly (number | string)[] }[];
};

export function fixture(name: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(readFileSync(join(fixtures, name)));
}

/** Elements as expected.json writes them. */
export function plain(data: Tensor["data"]): (number | string)[] {
  return Array.from(data as Iterable<number | bigint>, (value) => {
    if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    if (Number.isNaN(value)) return "nan";
    return Number.isFinite(value) ? value : value > 0 ? "inf" : "-inf";
  });
}

/** Files in memory, under absolute paths; counts the bytes that are read. */
export class MemoryFiles implements Files {
  bytesRead = 0;
  readonly contents = new Map<string, Uint8Array<ArrayBuffer>>();
  #writes = 0;
  readonly #written = new Map<string, number>();

  constructor(files: Readonly<Record<string, Uint8Array<ArrayBuffer> | string>> = {}) {
    for (const [path, content] of Object.entries(files))
      this.contents.set(path, typeof content === "string" ? new Uint8Array(Buffer.from(content)) : content);
  }

  #get(path: string): Uint8Array<ArrayBuffer> {
    const found = this.contents.get(path);
    if (found === undefined) throw new ConvError({ code: "not-found", what: "there is no such file", file: path });
    return found;
  }
  stat(path: string) {
    return later(() => ({
      size: this.#get(path).length,
      kind: "file" as const,
      modified: this.#written.get(path) ?? 0,
    }));
  }
  read(path: string) {
    return this.readRange(path, 0, Infinity);
  }
  readRange(path: string, start: number, end: number) {
    return later(() => {
      const bytes = this.#get(path).slice(start, end);
      this.bytesRead += bytes.length;
      return bytes;
    });
  }
  write(path: string, bytes: Uint8Array) {
    this.contents.set(path, Uint8Array.from(bytes));
    this.#written.set(path, ++this.#writes);
    return Promise.resolve();
  }
  resolve(base: string, relative: string) {
    return Promise.resolve(resolve(dirname(base), relative));
  }
}

/** What is thrown comes out as a rejection, as with real files. */
function later<T>(make: () => T): Promise<T> {
  return Promise.resolve().then(make);
}

/** The ConvError that comes out, whose code it must be. */
export async function fault(code: string, run: () => unknown): Promise<ConvError> {
  try {
    await run();
  } catch (error) {
    assert.ok(error instanceof ConvError, `not a ConvError: ${error instanceof Error ? error.stack : String(error)}`);
    assert.equal(error.code, code, error.message);
    assert.doesNotMatch(error.message, /\n|undefined|\[object/);
    return error;
  }
  assert.fail(`no error, expected ${code}`);
}
