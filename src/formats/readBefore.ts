import type { FileStat, Files } from "../base/files";
import type { Tell } from "./layerNotes";
import type { Loaded } from "./layerSources";

/** Sources that are kept, and bytes that each may have: a layer that is run as one types has few of them, and none is large. */
const MOST = 8;
const MOST_BYTES = 2 ** 24;

interface Known {
  readonly stat: FileStat;
  readonly loaded: Loaded;
  readonly told: readonly Parameters<Tell>[];
}

/** What was read from files, for as long as these are as they were: as one types, a layer is read again and again. */
export class ReadBefore {
  readonly #known = new Map<string, Known>();

  /** `name`: which part of the file, read how. What is told while it is read is told again. */
  async get(
    files: Files,
    file: string,
    name: string,
    tell: Tell,
    read: (tell: Tell) => Promise<Loaded>,
  ): Promise<Loaded> {
    const key = `${file} ${name}`;
    const stat = await files.stat(file);
    const known = this.#known.get(key);
    if (known?.stat.size === stat.size && known.stat.modified === stat.modified) {
      for (const words of known.told) tell(...words);
      return known.loaded;
    }
    const told: Parameters<Tell>[] = [];
    const loaded = await read((...words) => {
      told.push(words);
      tell(...words);
    });
    this.#known.delete(key);
    if (loaded.tensor.data.byteLength <= MOST_BYTES) this.#known.set(key, { stat, loaded, told });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST) break;
      this.#known.delete(oldest);
    }
    return loaded;
  }
}
