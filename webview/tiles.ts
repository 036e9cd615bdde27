import { type Rect, type Tile, mark } from "../src/tensor/slice";
import { writerOf } from "../src/trace/order/stages";
import { writtenAt } from "../src/trace/order/written";
import type { HostSide } from "../src/protocol/messages";
import { type Picture, elementIn, pictureKey, pictureSize } from "../src/protocol/picture";
import type { Client } from "./client";
import type { Facts } from "./facts";
import { Kept } from "./loads";
import type { TileSource } from "./paint/source";
import { TILE } from "./paint/tileLoader";
import { joined, progressOf } from "./scattered";
import type { Store } from "./store";

/** How far the tensor of a picture has come. */
type Phase = "none" | "now" | "final";

/**
 * Tiles of any tensor at the present moment. Finished tensors are asked for once. One that is being written is asked for
 * once as well, as it will be, and what is not written yet is masked here: which step writes an element is known in
 * closed form, so that scrubbing needs no new tiles. Two cases go to the host at each step: the few lines of dx in which many cells hold
 * partial sums at once, and tiles so coarse that one cell stands for many elements.
 */
export class Tiles {
  readonly #store: Store;
  readonly #client: Client<HostSide>;
  readonly #facts: Facts;
  /** The source that each picture had last. */
  readonly #last = new Kept<TileSource>(64);
  /** As of after the run. */
  readonly #finals = new Kept<Tile>(400);
  readonly #coming = new Map<string, Promise<Tile>>();

  constructor(store: Store, client: Client<HostSide>, facts: Facts) {
    this.#store = store;
    this.#client = client;
    this.#facts = facts;
  }

  /** null without a run. */
  source(picture: Picture): TileSource | null {
    const { run, step } = this.#store.state;
    if (run === null) return null;
    const phase = this.#phase(picture);
    const sum = phase === "now" ? this.#facts.sumSoFar(step) : undefined;
    const moment = phase === "now" ? `${step}${sum === undefined ? "" : "+"}` : phase;
    const name = pictureKey(picture);
    const key = `${run.id}/${name}/${moment}`;
    // The same object for the same content: what has not changed is not looked at again.
    const last = this.#last.get(name);
    if (last?.key === key) return last;
    const source: TileSource = {
      key,
      ...pictureSize(run.geometry, picture),
      side: sideOf(picture),
      load: (rect, level) => {
        if (phase === "none") return blank(rect, level);
        if (phase === "final") return this.#final(picture, rect, level);
        // From right to left the order of writing does not rise.
        const backwards = (picture.part?.cols.step ?? 1) < 0;
        if (picture.tensor === "dx" && picture.plane !== null && picture.part === undefined)
          return this.#scattered(picture, picture.plane[0], step, rect, level);
        if (level > 0 || picture.tensor === "dx" || backwards) return this.#asOf(picture, step, rect, level);
        const final = this.#final(picture, rect, 0);
        return final instanceof Promise
          ? final.then((tile) => this.#masked(picture, tile, step, sum))
          : this.#masked(picture, final, step, sum);
      },
    };
    this.#last.set(name, source);
    return source;
  }

  #phase({ tensor, change }: Picture): Phase {
    const { steps, step } = this.#store.state;
    const stage = writerOf[tensor];
    if (change === true || steps === null || stage === null || steps.total === 0) return "final";
    const { start, count } = steps.spans[stage];
    return step < start ? "none" : step >= start + count - 1 ? "final" : "now";
  }

  /** As of after the run. Asked for once, however many steps go by until it is there. */
  #final(picture: Picture, rect: Rect, level: number): Tile | Promise<Tile> {
    const { run, steps } = this.#store.state;
    const { top, left, bottom, right } = rect;
    const key = `${run?.id}/${pictureKey(picture)}/${top},${left},${bottom},${right}/${level}`;
    const known = this.#finals.get(key) ?? this.#coming.get(key);
    if (known !== undefined) return known;
    const coming = this.#asOf(picture, (steps?.total ?? 0) - 1, rect, level)
      .then((tile) => {
        this.#finals.set(key, tile);
        return tile;
      })
      .finally(() => this.#coming.delete(key));
    this.#coming.set(key, coming);
    return coming;
  }

  async #asOf(picture: Picture, step: number, rect: Rect, level: number): Promise<Tile> {
    const { run } = this.#store.state;
    const tile = run === null ? null : await this.#client.ask("tile", { run: run.id, picture, step, rect, level });
    if (tile === null) throw new DOMException("This tile is no longer to be had", "AbortError");
    return tile;
  }

  /** A tile of a plane of dx[n] while its gradients arrive. */
  #scattered(picture: Picture, n: number, step: number, rect: Rect, level: number): Tile | Promise<Tile> {
    const { run, steps } = this.#store.state;
    if (run === null || steps === null) return blank(rect, level);
    const progress = progressOf(steps, n, rect, level, step);
    const { lines, band } = progress;
    const final = lines.includes("all") ? this.#final(picture, rect, level) : null;
    const join = (done: Tile | null, arriving: Tile | null) =>
      joined(progress, rect, level, run.arithmetic.dtype, done, arriving);
    if (band === null && !(final instanceof Promise)) return join(final, null);
    return Promise.all([final, band === null ? null : this.#asOf(picture, step, band, level)]).then(
      ([done, arriving]) => join(done, arriving),
    );
  }

  /**
   * A tile without what is not written at `step`; the element in the making holds `sum`. In every picture but dx's the
   * order of writing rises along each row, so the first unfinished element of a row is found by halving.
   */
  #masked(picture: Picture, tile: Tile, step: number, sum: number | undefined): Tile {
    const { run, steps } = this.#store.state;
    if (run === null || steps === null) return tile;
    const { rows, cols, rect } = tile;
    const mean = tile.mean.slice();
    const marks = tile.marks.slice();
    const written = (row: number, col: number) => {
      const index = elementIn(run.geometry, picture, { row: rect.top + row, col: rect.left + col });
      return writtenAt(steps, picture.tensor, index) ?? { first: -1, last: -1 };
    };
    for (let row = 0; row < rows; row++) {
      const from = firstOf(cols, (col) => written(row, col).last > step);
      mean.fill(0, row * cols + from, (row + 1) * cols);
      marks.fill(mark.unwritten, row * cols + from, (row + 1) * cols);
      if (from === cols || sum === undefined || written(row, from).first > step) continue;
      mean[row * cols + from] = Number.isFinite(sum) ? sum : 0;
      marks[row * cols + from] = markOf(sum);
    }
    return { ...tile, mean, min: mean, max: mean, marks };
  }
}

/** An element of col is looked up, one of dcol is a sum: no more of them are worked out than are seen. */
function sideOf({ tensor }: Picture): number {
  return tensor === "col" || tensor === "dcol" ? 64 : TILE;
}

/** The first of `count` numbers for which `test` holds, where it holds for all after the first; `count` if for none. */
function firstOf(count: number, test: (at: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function markOf(value: number): number {
  if (value !== value) return mark.nan;
  return value === Infinity ? mark.positiveInfinity : value === -Infinity ? mark.negativeInfinity : 0;
}

/** A tile of nothing. */
function blank(rect: Rect, level: number): Tile {
  const size = 2 ** level;
  const rows = Math.ceil((rect.bottom - rect.top) / size);
  const cols = Math.ceil((rect.right - rect.left) / size);
  const none = new Float32Array(rows * cols);
  return {
    rect,
    level,
    rows,
    cols,
    mean: none,
    min: none,
    max: none,
    marks: new Uint8Array(rows * cols).fill(mark.unwritten),
  };
}
