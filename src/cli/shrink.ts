import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ConvError } from "../base/errors";
import { nodeFiles } from "../base/nodeFiles";
import type { CommandResult } from "../cli";
import { caseFiles, caseText, causesText } from "../export/caseFolder";
import { shrink } from "../export/shrink";
import { affordable, readLayer, withEngine } from "./layer";
import type { EngineFlags } from "./options";
import { jsonText } from "./print";

export interface ShrinkFlags extends EngineFlags {
  readonly set?: string[];
  readonly out: string;
  readonly json?: boolean;
}

/** `conv shrink LAYER -o FOLDER`: the smallest part of the layer that differs from `expected` as the whole does, with a test that fails. */
export async function shrinkCommand(path: string, flags: ShrinkFlags): CommandResult {
  const layer = await readLayer(path, flags.set);
  affordable(layer, flags);
  const found = await withEngine(flags, (engine) =>
    shrink(layer, (inputs, signal) => engine.run(inputs, { signal })).catch((error: unknown) => {
      throw error instanceof ConvError ? error.inFile(layer.file) : error;
    }),
  );
  const folder = resolve(flags.out);
  const files = caseFiles(found);
  await made(folder);
  for (const [name, bytes] of files) await nodeFiles().write(join(folder, name), bytes);
  const cause = causesText(found.causes);
  const text = flags.json
    ? jsonText({
        tensor: found.result,
        cut: { x: found.cut.x, W: found.cut.W, [found.result]: found.cut.result },
        worst: found.worst,
        causes: found.causes.map((list) => list.map(({ id }) => id)),
        files: [...files.keys()].map((name) => join(folder, name)),
      })
    : `${caseText(found)}\n${cause === null ? "no cause is known" : `cause: ${cause}`}\n${flags.out}: ${[...files.keys()].join(", ")}`;
  process.stdout.write(`${text}\n`);
  return { ok: true };
}

async function made(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new ConvError({ code: "not-written", what: "the folder could not be made", file: folder }, { cause });
  }
}
