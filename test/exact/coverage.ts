import type { Run } from "../../src/conv/run";
import type { Case } from "./layers";
import { type ResultName, resultNames } from "./replay";

/** What the layers of a run had, so that nobody has to believe that they had everything. */
const kinds: Readonly<Record<string, (one: Case) => boolean>> = {
  "more than one block of taps": ({ geometry: g }) => g.groupTaps > 128,
  "more than two blocks of taps": ({ geometry: g }) => g.groupTaps > 256,
  "more than one block of rows": ({ geometry: g }) => g.rows > 128,
  "more than two blocks of rows": ({ geometry: g }) => g.rows > 256,
  "more than one block of filters": ({ geometry: g }) => g.groupFilters > 128,
  "more than two blocks of filters": ({ geometry: g }) => g.groupFilters > 256,
  "a sum of exactly one block": ({ geometry: g }) => [g.groupTaps, g.rows, g.groupFilters].includes(128),
  "a sum of one block and one": ({ geometry: g }) => [g.groupTaps, g.rows, g.groupFilters].includes(129),
  depthwise: ({ geometry: g }) => g.groups > 1 && g.groupChannels === 1,
  "depthwise with a multiplier": ({ geometry: g }) => g.groups > 1 && g.groupChannels === 1 && g.groupFilters > 1,
  "other groups": ({ geometry: g }) => g.groups > 1 && g.groupChannels > 1,
  "1×1, stride 1, no padding": ({ geometry: g }) =>
    [g.y, g.x].every((axis) => axis.kernel === 1 && axis.stride === 1 && axis.begin + axis.end === 0),
  "unequal kernel axes": ({ geometry: g }) => g.y.kernel !== g.x.kernel,
  "unequal strides": ({ geometry: g }) => g.y.stride !== g.x.stride,
  "unequal dilations": ({ geometry: g }) => g.y.dilation !== g.x.dilation,
  "asymmetric padding": ({ geometry: g }) => g.y.begin !== g.y.end || g.x.begin !== g.x.end,
  "windows in padding alone": ({ geometry: g }) => [g.y, g.x].some((axis) => axis.begin >= axis.extent),
  "strides beyond the kernel": ({ geometry: g }) => [g.y, g.x].some((axis) => axis.stride > axis.extent),
  "one line": ({ geometry: g }) => g.y.size === 1 && g.x.size > 20,
  "one column": ({ geometry: g }) => g.x.size === 1 && g.y.size > 20,
  reflect: ({ geometry: g }) => g.paddingMode === "reflect" && g.y.begin + g.y.end + g.x.begin + g.x.end > 0,
  replicate: ({ geometry: g }) => g.paddingMode === "replicate" && g.y.begin + g.y.end + g.x.begin + g.x.end > 0,
  circular: ({ geometry: g }) => g.paddingMode === "circular" && g.y.begin + g.y.end + g.x.begin + g.x.end > 0,
  bias: ({ geometry: g }) => g.hasBias,
  "no bias": ({ geometry: g }) => !g.hasBias,
  wild: ({ fill }) => fill === "wild",
  "without WASM": ({ extra }) => extra === "scalar",
};

export class Coverage {
  layers = 0;
  #products = 0;
  #tiled = 0;
  readonly #kinds = new Map(Object.keys(kinds).map((kind) => [kind, 0]));
  readonly #runs = new Map<string, number>();
  readonly #worst = new Map<string, number>();

  layer(one: Case): void {
    this.layers++;
    this.#products += one.geometry.rows * one.geometry.filters * one.geometry.groupTaps;
    for (const [kind, has] of Object.entries(kinds)) if (has(one)) add(this.#kinds, kind);
  }

  ran({ timing: { kernel, threads } }: Run): void {
    add(this.#runs, `${kernel} on ${threads} ${threads === 1 ? "thread" : "threads"}`);
  }

  /** A layer was computed in so many tiles. */
  tiles(count: number): void {
    if (count > 1) this.#tiled++;
  }

  /** The largest errors, as parts of the bound. */
  errors(which: string, shares: Readonly<Record<ResultName, number>>): void {
    for (const name of resultNames) {
      const key = `${which}: ${name}`;
      this.#worst.set(key, Math.max(this.#worst.get(key) ?? 0, shares[name]));
    }
  }

  /** What no layer had. */
  get missing(): string[] {
    const missing = [...this.#kinds].filter(([, count]) => count === 0).map(([kind]) => kind);
    return this.#tiled > 0 ? missing : [...missing, "several tiles"];
  }

  text(): string {
    const list = (map: Map<string, number>) =>
      [...map]
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([key, count]) => `${count} ${key}`)
        .join(", ");
    const worst = [...this.#worst].map(([key, share]) => `${key} ${share.toFixed(3)}`);
    return [
      `${this.layers} layers of ${Math.round(this.#products / this.layers)} products, ${this.#tiled} times in several tiles`,
      `  with: ${list(this.#kinds)}`,
      `  runs: ${list(this.#runs)}`,
      `  largest error as a part of the bound: ${worst.join(", ")}`,
    ].join("\n");
  }
}

function add(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}
