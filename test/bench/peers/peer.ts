import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Geometry } from "../../../src/conv/geometry";
import { assets } from "../../unit/engine/assets";
import type { Times } from "../protocol";
import type { Inputs, Results } from "../tensors";

/** An engine in its own process: loads a layer, then runs it again and again. */
export interface Peer {
  /** What it is and which version, for the report. */
  readonly version: string;
  load(geometry: Geometry, inputs: Inputs): Promise<void>;
  /** Computes the layer once. */
  run(): Promise<Times>;
  /** What the last run computed, NCHW and OIHW. */
  results(): Results;
}

/** The compared packages are installed beside this folder, by the benchmark itself. */
const folder = join(assets, "../test/bench");
export const requirePackage = createRequire(join(folder, "package.json"));
export const packageFolder = (name: string) => join(folder, "node_modules", name);

/** A compared package by its ES module. Its types are not there where the package is not: the caller says what it uses. */
export async function importPackage<T>(name: string): Promise<T> {
  return (await import(pathToFileURL(requirePackage.resolve(name)).href)) as T;
}

export const versionOf = (name: string) =>
  (requirePackage(join(packageFolder(name), "package.json")) as { readonly version: string }).version;
