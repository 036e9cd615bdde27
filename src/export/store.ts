import type { RunTensors } from "../conv/run";
import { npyBytes } from "../formats/npy";
import type { ComputeTensor } from "../tensor/tensor";
import { nestedList } from "./python";

/** Elements that are written out in code; more stand in a file. */
export const MOST_INLINE = 512;

export type InputName = "x" | "W" | "b" | "dout";

/** How a framework makes a tensor of a nested list, and of a NumPy array. */
export interface Dialect {
  /** What stands before and after the list. */
  literal(dtype: ComputeTensor["dtype"]): readonly [string, string];
  fromNumpy(array: string): string;
}

export const numpyDialect: Dialect = {
  literal: (dtype) => ["np.array(", `, dtype=np.${dtype})`],
  fromNumpy: (array) => array,
};

/** Where the files stand that code reads: in a folder with a name, or beside the code, wherever that is. */
export type Shelf = { readonly folder: string } | "beside";

/** The tensors that code begins with: small ones are written out, large ones are read from files. */
export class Store {
  /** The .npy files that the code reads and that are to be written. */
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();

  /** `own`: expressions that read tensors from files that are there already. */
  constructor(
    readonly stem: string,
    readonly shelf: Shelf,
    readonly own: Readonly<Partial<Record<keyof RunTensors, string>>> = {},
    readonly mostInline = MOST_INLINE,
  ) {}

  /** `x = …`, a statement. */
  define(name: InputName, tensor: ComputeTensor, dialect: Dialect): string {
    if (tensor.data.length > this.mostInline)
      return `${name} = ${dialect.fromNumpy(this.own[name] ?? this.load(name, tensor))}\n`;
    const [before, after] = dialect.literal(tensor.dtype);
    const head = `${name} = ${before}`;
    return `${head}${nestedList(tensor, head.length)}${after}\n`;
  }

  /** An expression that reads the tensor from a file of its own. */
  load(name: string, tensor: ComputeTensor): string {
    return `np.load(${this.path(`${this.stem === "" ? "" : `${this.stem}-`}${name}.npy`, npyBytes(tensor))})`;
  }

  /** The path of a file to be written, as an expression. */
  path(file: string, bytes: Uint8Array<ArrayBuffer>): string {
    this.files.set(file, bytes);
    if (this.shelf === "beside") return `here / ${JSON.stringify(file)}`;
    const { folder } = this.shelf;
    const slash = folder.includes("\\") && !folder.includes("/") ? "\\" : "/";
    return JSON.stringify(folder.replace(/[\\/]?$/, slash) + file);
  }
}

/** The first lines of a program: what it imports, `here` where it reads files beside it, `nan` and `inf` where they are among its numbers. */
export function preamble(body: string, imports: readonly string[]): string {
  const numpy = /\bnp\./.test(body) ? ["import numpy as np"] : [];
  const names = ["inf", "nan"].filter((name) => new RegExp(`[[ -]${name}[,\\]]`).test(body));
  const needsHere = body.includes("here / ");
  const standard = [
    ...(names.length > 0 ? [`from math import ${names.join(", ")}`] : []),
    ...(needsHere ? ["from pathlib import Path"] : []),
  ];
  const blocks = [standard, [...numpy, ...imports], needsHere ? ["here = Path(__file__).resolve().parent"] : []];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n\n`)
    .join("");
}
