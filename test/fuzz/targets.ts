import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "jsonc-parser";
import { csvTensor } from "../../src/formats/csv";
import { imageInfo, readImage } from "../../src/formats/image";
import { layerProblems, parseLayerFile } from "../../src/formats/layerFile";
import { literalTensor } from "../../src/formats/literal";
import { NpyFile } from "../../src/formats/npy";
import { NpzFile } from "../../src/formats/npz";
import { imageTensor } from "../../src/formats/pixels";
import { SafetensorsFile } from "../../src/formats/safetensors";
import { bytesSource, decodeText } from "../../src/formats/source";
import type { Tensor } from "../../src/tensor/tensor";

export type Bytes = Uint8Array<ArrayBuffer>;

/** A parser, files that it reads, and how it is called. All that it may throw is ConvError. */
export interface Target {
  readonly name: string;
  readonly seeds: readonly { readonly name: string; readonly bytes: Bytes }[];
  /** Every tensor that can be had from the bytes. */
  read(bytes: Bytes): Promise<readonly Tensor[]>;
  /** Texts that mutations put in, beside numbers. */
  readonly words: readonly string[];
}

const folder = fileURLToPath(new URL("../fixtures/files/", import.meta.url));

function seeds(...patterns: RegExp[]): Target["seeds"] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return names
    .filter((name) => patterns.some((pattern) => pattern.test(name)))
    .map((name) => ({ name, bytes: Uint8Array.from(readFileSync(join(folder, name))) }));
}

function texts(...all: readonly string[]): Target["seeds"] {
  return all.map((text, i) => ({ name: `text ${i}`, bytes: Uint8Array.from(Buffer.from(text)) }));
}

const layer = `{ // all of it
  "input": {"random": [1, 2, 4, 5], "seed": 7, "dist": "uniform", "low": 0, "high": 1},
  "weight": [[[[1, 2], [3, "NaN"]], [[0, -0], [1e3, 5]]]], "bias": [0.5], "stride": [1, 2],
  "padding": [[1, 0], [2, 1]], "paddingMode": "reflect", "dilation": 1, "groups": 1,
  "layout": {"input": "NCHW", "weight": "OIHW"}, "dtype": "float64", "dout": "ones",
  "expected": {"out": "a.npz#b", "db": [1]},
}`;

async function image(bytes: Bytes): Promise<Tensor[]> {
  const source = bytesSource(bytes);
  await imageInfo(source).catch(() => undefined); // may know the size of an image that is damaged further on
  const pixels = await readImage(source);
  return [imageTensor(pixels, {}, "float32"), imageTensor(pixels, { channels: "gray", scale: "raw" }, "float64")];
}

export const targets: readonly Target[] = [
  {
    name: "npy",
    seeds: seeds(/^npy\//, /^broken\/.*\.npy$/),
    words: [
      "(3,)",
      "(0, 9)",
      "'<i8'",
      "'>f2'",
      "'|O'",
      "True",
      "{",
      "(",
      ")",
      "-1",
      "9007199254740993",
      "3L",
      "'",
      "\\",
    ],
    read: async (bytes) => {
      const file = await NpyFile.open(bytesSource(bytes));
      await file.elements(Math.floor(file.count / 3), file.count);
      return [await file.tensor()];
    },
  },
  {
    name: "npz",
    seeds: seeds(/^npz\/(?!stored|deflated)/, /^broken\/.*\.npz$/),
    words: ["PK\x01\x02", "PK\x03\x04", "PK\x05\x06", "PK\x06\x06", "PK\x06\x07", ".npy", "\x93NUMPY"],
    read: async (bytes) => {
      const archive = await NpzFile.open(bytesSource(bytes));
      const tensors: Tensor[] = [];
      for (const key of archive.keys) {
        await archive.header(key);
        tensors.push(await archive.tensor(key));
      }
      return tensors;
    },
  },
  {
    name: "safetensors",
    seeds: seeds(/^safetensors\//, /^broken\/.*\.safetensors$/),
    words: [
      '"dtype"',
      '"F64"',
      '"BF16"',
      '"shape"',
      "[2, 3]",
      "[0, 16]",
      "{",
      "}",
      "[",
      "]",
      '"__proto__"',
      "1e400",
      "-1",
    ],
    read: async (bytes) => {
      const file = await SafetensorsFile.open(bytesSource(bytes));
      const known = [...file.entries].filter(([, { dtype }]) => dtype !== null);
      return Promise.all(known.map(([name]) => file.tensor(name)));
    },
  },
  {
    name: "png",
    seeds: seeds(/^image\/.*\.png$/, /^broken\/.*\.png$/),
    words: ["IHDR", "IDAT", "IEND", "PLTE", "tRNS", "iCCP"],
    read: image,
  },
  {
    name: "jpeg",
    seeds: seeds(/^image\/.*\.jpg$/),
    words: ["\xff\xda", "\xff\xd9", "\xff\xc4", "\xff\xc0", "\xff\xd0"],
    read: image,
  },
  {
    name: "csv",
    seeds: seeds(/^csv\//, /^broken\/.*\.csv$/),
    words: ['"', "\r\n", "#", ";", "\t", "nan", "-inf", "1e999", ",,", "\ufeff"],
    read: (bytes) => Promise.resolve().then(() => [csvTensor(bytes)]),
  },
  {
    name: "literal",
    seeds: texts(
      "[[1, 2], [3, 4]]",
      '[["NaN", "Infinity"], ["-Infinity", -0.0]]',
      "[]",
      "[[[1e308, 1e-320]]]",
      "[[], []]",
    ),
    words: ["[", "]", ",", '"NaN"', "null", "{}", "1e999"],
    read: (bytes) =>
      Promise.resolve().then(() => {
        const value: unknown = parse(decodeText(bytes).slice(0, 2000), [], { allowTrailingComma: true });
        return Array.isArray(value) ? [literalTensor(value, ["x"])] : [];
      }),
  },
  {
    name: "layer file",
    seeds: texts(
      layer,
      '{"input": "a.npy", "weight": "b.npy"}',
      '{"input": [[1]], "weight": [[1]], "padding": "same"}',
    ),
    words: [
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      '"',
      "//",
      "/*",
      "*/",
      '"stride"',
      '"random"',
      '"__proto__"',
      "null",
      "true",
      "-1",
      "\\u00",
    ],
    read: (bytes) =>
      Promise.resolve().then(() => {
        const text = decodeText(bytes);
        layerProblems(text, "l");
        parseLayerFile(text, "l", [{ path: ["groups"], value: 2, text: "groups=2" }]).at(["weight", 0]);
        return [];
      }),
  },
];
