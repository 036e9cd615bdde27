import { basename, dirname, join, resolve } from "node:path";
import { ConvError } from "../base/errors";
import { nodeFiles } from "../base/nodeFiles";
import { oneLine } from "../base/text";
import type { CommandResult } from "../cli";
import { codeOf, frameworkOf } from "../export/code";
import { modelOf } from "../export/onnx";
import { ownFiles } from "../export/ownFiles";
import { requireElements, stemOf } from "../export/reproduced";
import { Store } from "../export/store";
import type { Layer } from "../formats/loadLayer";
import { readLayer } from "./layer";
import { jsonText } from "./print";

export interface ExportFlags {
  readonly as: string;
  readonly out?: string;
  readonly set?: string[];
  readonly json?: boolean;
}

/** `conv export LAYER --as FRAMEWORK [-o FILE]`: code that computes this layer on these tensors; on standard output, or as a file with its tensors beside it. */
export async function exportCommand(path: string, flags: ExportFlags): CommandResult {
  const framework = frameworkOf(flags.as);
  const layer = await readLayer(path, flags.set);
  if (flags.out === undefined) {
    const code = await printable(layer, framework);
    process.stdout.write(flags.json ? `${jsonText({ framework, code, files: [] })}\n` : code);
    return { ok: true };
  }
  const out = resolve(flags.out);
  const written =
    framework === "onnx" && /\.onnx$/i.test(out) ? modelAlone(layer, out) : program(layer, framework, out);
  const files = nodeFiles();
  for (const [file, bytes] of written) await files.write(file, bytes);
  const names = [...written.keys()];
  process.stdout.write(
    flags.json
      ? `${jsonText({ framework, files: names })}\n`
      : names.map((name) => `${oneLine(basename(name))}\n`).join(""),
  );
  return { ok: true };
}

/** Code that reads no files but the layer's own. Throws ConvError `bad-usage`. */
async function printable(layer: Layer, framework: ReturnType<typeof frameworkOf>): Promise<string> {
  const store = new Store(stemOf(layer), "beside", await ownFiles(nodeFiles(), layer));
  const code = codeOf(framework, layer, store);
  const names = [...store.files.keys()];
  if (names.length === 0) return code;
  throw new ConvError({
    code: "bad-usage",
    file: layer.file,
    what: `the code needs ${names.length === 1 ? "a file" : "files"} beside it: ${names.join(", ")}`,
    remedy: `Give it a name: -o ${stemOf(layer)}.py`,
  });
}

function modelAlone(layer: Layer, out: string): Map<string, Uint8Array> {
  requireElements(layer);
  return new Map([[out, modelOf(layer)]]);
}

/** The code first, then what it reads. */
function program(layer: Layer, framework: ReturnType<typeof frameworkOf>, out: string): Map<string, Uint8Array> {
  const store = new Store(basename(out).replace(/\.[^.]*$/, ""), "beside");
  const code = new TextEncoder().encode(codeOf(framework, layer, store));
  return new Map([
    [out, code],
    ...[...store.files].map(([name, bytes]): [string, Uint8Array] => [join(dirname(out), name), bytes]),
  ]);
}
