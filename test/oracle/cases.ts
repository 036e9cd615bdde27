import { readFileSync } from "node:fs";
import { join } from "node:path";
import { geometryOf } from "../../src/conv/geometry";
import type { ResultName } from "../../src/conv/passes";
import type { RunInputs } from "../../src/conv/run";
import type { ConvSpec } from "../../src/conv/spec";
import { type ComputeDtype, computeArray } from "../../src/tensor/dtype";
import { type ComputeTensor, elementCount, tensor } from "../../src/tensor/tensor";

/** A layer with bugs, as causes.py writes it. */
export interface Case {
  readonly causes: readonly string[];
  readonly fill: string;
  readonly dtype: ComputeDtype;
  readonly spec: ConvSpec;
  readonly shapes: Readonly<Record<"x" | "W" | "b" | "dout", readonly number[]>>;
  readonly given: Readonly<Partial<Record<ResultName, readonly number[]>>>;
}

export interface PlantedCase {
  readonly one: Case;
  readonly inputs: RunInputs;
  readonly expected: Partial<Record<ResultName, ComputeTensor>>;
  /** What it is, in a line. */
  readonly at: string;
}

/** What the script has put into a folder. */
export function casesIn(folder: string): PlantedCase[] {
  const cases = JSON.parse(readFileSync(join(folder, "cases.json"), "utf8")) as Case[]; // as the script writes them
  const bytes = readFileSync(join(folder, "data.bin"));
  const numbers = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  let at = 0;
  const take = (dtype: ComputeDtype, shape: readonly number[]): ComputeTensor => {
    const data = computeArray(dtype, elementCount(shape));
    data.set(numbers.subarray(at, (at += data.length)));
    return tensor(dtype, shape, data);
  };
  const planted = cases.map((one): PlantedCase => {
    const { shapes, dtype, spec, given, causes, fill } = one;
    const [x, W, b, dout] = (["x", "W", "b", "dout"] as const).map((name) => take(dtype, shapes[name]));
    const expected = Object.fromEntries(Object.entries(given).map(([name, shape]) => [name, take(dtype, shape)]));
    const layer = `${fill} ${dtype} x ${x.shape.join("×")} W ${W.shape.join("×")} ${JSON.stringify(spec)}`;
    return {
      one,
      inputs: { geometry: geometryOf(x.shape, W.shape, b.shape, spec), x, W, b, dout },
      expected,
      at: `${causes.join(" + ")} (${Object.keys(given).join()}) ${layer}`,
    };
  });
  if (at !== numbers.length) throw new Error(`${numbers.length} numbers were written, ${at} are in the cases`);
  return planted;
}
