import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ResultName } from "../../../src/conv/passes";
import { geometryOf } from "../../../src/conv/geometry";
import type { RunInputs } from "../../../src/conv/run";
import type { ConvSpec } from "../../../src/conv/spec";
import { type ComputeTensor, tensor } from "../../../src/tensor/tensor";
import { type Values, readNpz } from "../golden/npz";

export interface Case {
  readonly number: number;
  readonly layer: string;
  readonly causes: readonly string[];
  readonly given: readonly ResultName[];
}

export function fixture(file: string): Buffer {
  return readFileSync(join(process.cwd(), "test", "fixtures", "causes", file));
}

/** Layers and results with bugs, by the script that is beside them. */
export class Planted {
  readonly cases: readonly Case[];
  readonly layers: Readonly<Record<string, ConvSpec>>;
  readonly #tensors: Readonly<Record<string, Values>>;
  readonly #expected: Readonly<Record<string, Values>>;

  constructor(name: string) {
    // Made by the script in this form.
    const table = JSON.parse(fixture(`${name}.json`).toString()) as {
      layers: Record<string, ConvSpec>;
      cases: readonly Omit<Case, "number">[];
    };
    this.layers = table.layers;
    this.cases = table.cases.map((one, number) => ({ ...one, number }));
    this.#tensors = readNpz(fixture("layers.npz"));
    this.#expected = readNpz(fixture("expected.npz"));
  }

  spec(layer: string): ConvSpec {
    return this.layers[layer];
  }

  find(layer: string, causes: string, given: string): Case {
    const one = this.cases.find(
      (other) => other.layer === layer && other.causes.join() === causes && other.given.includes(given as ResultName), // as asked for in tests
    );
    assert.ok(one, `${layer} ${causes} ${given}`);
    return one;
  }

  inputs({ layer }: Pick<Case, "layer">): RunInputs {
    const [x, W, b, dout] = ["x", "W", "b", "dout"].map((name) => float32(this.#tensors[`${layer}.${name}`]));
    return { geometry: geometryOf(x.shape, W.shape, b.shape, this.layers[layer]), x, W, b, dout };
  }

  given({ number, given }: Case): Partial<Record<ResultName, ComputeTensor>> {
    return Object.fromEntries(given.map((name) => [name, float32(this.#expected[`${number}.${name}`])]));
  }
}

export function float32({ shape, data }: Values): ComputeTensor {
  return tensor("float32", shape, Float32Array.from(data));
}
