import type { Files } from "../base/files";
import { type Fix, replacement, settingFix } from "../formats/fix";
import { listTensors, splitKey } from "../formats/formats";
import type { LayerProblem } from "../formats/layerFile";
import type { JsonPath } from "../formats/literal";
import type { TensorSource } from "../formats/schema";
import { nearestPaths } from "../formats/suggest";

/** Names of a list that are offered instead of one that is not in it. */
const MOST_OFFERED = 4;

/** The keys of an archive, where none was named, or one that it does not have. */
export async function otherKeys(
  files: Files,
  base: string,
  text: string,
  key: JsonPath,
  source: TensorSource,
): Promise<Fix[]> {
  if (typeof source !== "string" || !/\.(npz|safetensors)(#|$)/i.test(source)) return [];
  const { path, key: wrong } = splitKey(source);
  const keys = await files
    .resolve(base, path)
    .then((file) => listTensors(files, file))
    .then((infos) => infos.map(({ name }) => name))
    .catch((): string[] => []); // it is the file that is wrong
  if (wrong !== undefined && keys.includes(wrong)) return [];
  return nearestPaths(wrong ?? String(key[0]), keys, MOST_OFFERED).map((name) => {
    const meant = `${path}#${name}`;
    return settingFix(text, key, meant, `Change to "${meant}"`);
  });
}

/** Where a file is missing: the ones that may be meant. `paths` are relative to the layer file. */
export function otherFiles(text: string, { error, range }: LayerProblem, paths: readonly string[]): Fix[] {
  if (error.code !== "not-found") return [];
  const underlined = text.slice(range.offset, range.offset + range.length);
  const image = /"image"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(underlined);
  const quoted = image?.[1] ?? underlined;
  if (!quoted.startsWith('"')) return [];
  const source = JSON.parse(quoted) as string; // it was parsed as one already
  const { path } = splitKey(source);
  const wanted = image === null ? paths : paths.filter((each) => /\.(png|jpe?g)$/i.test(each));
  const place = { offset: range.offset + underlined.indexOf(quoted), length: quoted.length };
  return nearestPaths(path, wanted, MOST_OFFERED).map((meant) =>
    replacement(place, JSON.stringify(source.replace(path, () => meant))),
  );
}
