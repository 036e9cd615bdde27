// The numbers that every engine gets, and the ones it gives back, as .npy files in a folder.
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunInputs } from "../../src/conv/run";
import { NpyFile, npyBytes } from "../../src/formats/npy";
import { bytesSource } from "../../src/formats/source";
import { type ComputeTensor, type Tensor, tensor } from "../../src/tensor/tensor";
import { type ResultName, resultNames } from "./protocol";

export interface Inputs {
  readonly x: ComputeTensor;
  readonly W: ComputeTensor;
  readonly b: ComputeTensor;
  readonly dout: ComputeTensor;
}
export type Results = Readonly<Partial<Record<ResultName, Tensor>>>;

async function readTensor(file: string): Promise<Tensor> {
  return (await NpyFile.open(bytesSource(new Uint8Array(await readFile(file))))).tensor();
}

export async function writeTensors(folder: string, tensors: Readonly<Record<string, Tensor | null>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, each] of Object.entries(tensors))
    if (each !== null) await writeFile(join(folder, `${name}.npy`), npyBytes(each));
}

export const writeInputs = (folder: string, { x, W, b, dout }: RunInputs) => writeTensors(folder, { x, W, b, dout });

export async function readInputs(folder: string): Promise<Inputs> {
  const read = async (name: string) => {
    const { shape, data } = await readTensor(join(folder, `${name}.npy`));
    return tensor("float32", shape, Float32Array.from(data as Float32Array));
  };
  return { x: await read("x"), W: await read("W"), b: await read("b"), dout: await read("dout") };
}

/** Those of the results that are there. */
export async function readResults(folder: string): Promise<Results> {
  const found = resultNames.filter((name) => existsSync(join(folder, `${name}.npy`)));
  const tensors = await Promise.all(found.map((name) => readTensor(join(folder, `${name}.npy`))));
  return Object.fromEntries(found.map((name, i) => [name, tensors[i]]));
}
