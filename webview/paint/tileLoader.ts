import type { Rect, Tile } from "../../src/tensor/slice";
import type { TileSource } from "./source";

/** Cells along the side of a tile, at every level, unless the source says otherwise for the finest. */
export const TILE = 256;
/** Bytes that one heatmap keeps. A page of small multiples has many of them. */
const BUDGET = 24 * 2 ** 20;

/** One generation of a picture: which tiles of which content. */
interface Wanted {
  readonly source: TileSource;
  readonly level: number;
  readonly rects: readonly Rect[];
}

/**
 * Keeps the tiles that a heatmap draws. The old picture stays until the new one is complete; of several contents that
 * are wanted while one is under way, only the last is asked for, so that a scrubber that moves faster than tiles come
 * still shows something new with every answer.
 */
export class TileLoader {
  readonly #changed: () => void;
  readonly #failed: (error: unknown) => void;
  readonly #cache = new Map<string, Tile>();
  #bytes = 0;
  readonly #pending = new Map<string, AbortController>();
  readonly #refused = new Set<string>();
  /** Of those, tiles of what is no longer there: it has made room for something else, which is wanted next. */
  readonly #gone = new Set<string>();
  /** What is being waited for, and what is to be shown after it. */
  #current: Wanted | null = null;
  #next: Wanted | null = null;
  #shown: Wanted | null = null;

  /** `changed`: there is something new to draw. `failed`: a tile could not be had; it is not asked for again until the key changes. */
  constructor(changed: () => void, failed: (error: unknown) => void) {
    this.#changed = changed;
    this.#failed = failed;
  }

  /** The tiles to draw now, in this order, for `visible` elements of the plane at a level. Asks for what is missing. */
  tiles(source: TileSource, level: number, visible: Rect): Tile[] {
    const wanted = { source, level, rects: tileRects(source, level, visible) };
    const samePlane = this.#shown?.source.rows === source.rows && this.#shown.source.cols === source.cols;
    if (!samePlane) this.#shown = null;
    if (this.#current === null || this.#current.source.key === source.key || !samePlane) {
      if (this.#current?.source.key !== source.key) this.#drop();
      this.#current = wanted;
      this.#next = null;
      this.#ask(wanted);
    } else this.#next = wanted;
    this.#settle();
    return this.#drawable(source.key);
  }

  /** One element from the tiles at hand, if there is one. */
  peek(source: TileSource, row: number, col: number): { tile: Tile; index: number } | null {
    const rect = tileRects(source, 0, { top: row, left: col, bottom: row + 1, right: col + 1 })[0];
    const tile = this.#cache.get(nameOf(source.key, 0, rect));
    return tile === undefined ? null : { tile, index: (row - tile.rect.top) * tile.cols + (col - tile.rect.left) };
  }

  dispose(): void {
    this.#drop();
    this.#current = this.#next = this.#shown = null;
    this.#cache.clear();
    this.#bytes = 0;
  }

  #drawable(key: string): Tile[] {
    const shown = this.#shown === null ? [] : this.#having(this.#shown);
    if (this.#current === null || this.#current === this.#shown) return shown;
    // The same content at another place or level: the new tiles go over the old ones as they come.
    const sameContent = this.#current.source.key === key && (this.#shown === null || this.#shown.source.key === key);
    return sameContent ? [...shown, ...this.#having(this.#current)] : shown;
  }

  /** Moves on when everything that was waited for is there (or refused). */
  #settle(): void {
    const current = this.#current;
    if (current === null) return;
    const { source, level, rects } = current;
    if (!rects.every((rect) => this.#isSettled(nameOf(source.key, level, rect)))) return;
    // In place of what is gone, the picture before stays.
    if (!rects.some((rect) => this.#gone.has(nameOf(source.key, level, rect)))) this.#shown = current;
    if (this.#next === null) return;
    this.#current = this.#next;
    this.#next = null;
    this.#forget();
    this.#ask(this.#current);
    this.#settle();
  }

  #isSettled(name: string): boolean {
    return this.#cache.has(name) || this.#refused.has(name);
  }

  #having({ source, level, rects }: Wanted): Tile[] {
    return rects.flatMap((rect) => this.#cache.get(nameOf(source.key, level, rect)) ?? []);
  }

  #ask({ source, level, rects }: Wanted): void {
    for (const rect of rects) {
      const name = nameOf(source.key, level, rect);
      const known = this.#cache.get(name);
      if (known !== undefined) {
        // The least recently used is first in a Map's order.
        this.#cache.delete(name);
        this.#cache.set(name, known);
      } else if (!this.#refused.has(name) && !this.#pending.has(name)) this.#load(source, name, rect, level);
    }
  }

  #load(source: TileSource, name: string, rect: Rect, level: number): void {
    const controller = new AbortController();
    const finished = (tile: Tile) => {
      this.#keep(name, tile);
    };
    const refused = (error: unknown) => {
      if (controller.signal.aborted) return;
      this.#refused.add(name);
      if (error instanceof DOMException && error.name === "AbortError") this.#gone.add(name);
      else this.#failed(error);
    };
    try {
      const answer = source.load(rect, level, controller.signal);
      if (!(answer instanceof Promise)) {
        finished(answer);
        return;
      }
      this.#pending.set(name, controller);
      void answer
        .then((tile) => {
          if (!controller.signal.aborted) finished(tile);
        }, refused)
        .then(() => {
          if (this.#pending.get(name) !== controller) return;
          this.#pending.delete(name);
          this.#settle();
          this.#changed();
        });
    } catch (error) {
      refused(error);
    }
  }

  #keep(name: string, tile: Tile): void {
    this.#cache.set(name, tile);
    this.#bytes += bytesOf(tile);
    for (const [oldest, old] of this.#cache) {
      if (this.#bytes <= BUDGET || oldest === name || this.#isInUse(old)) break;
      this.#cache.delete(oldest);
      this.#bytes -= bytesOf(old);
    }
  }

  #isInUse(tile: Tile): boolean {
    return [this.#shown, this.#current].some((wanted) => wanted !== null && this.#having(wanted).includes(tile));
  }

  #drop(): void {
    for (const controller of this.#pending.values()) controller.abort();
    this.#pending.clear();
    this.#forget();
  }

  #forget(): void {
    this.#refused.clear();
    this.#gone.clear();
  }
}

/** The rectangles of the tiles that `visible` touches. A plane without elements has none. */
function tileRects(source: TileSource, level: number, visible: Rect): Rect[] {
  const size = level === 0 ? (source.side ?? TILE) : TILE * 2 ** level;
  const rects: Rect[] = [];
  const bottom = Math.min(visible.bottom, source.rows);
  const right = Math.min(visible.right, source.cols);
  for (let top = Math.floor(Math.max(0, visible.top) / size) * size; top < bottom; top += size)
    for (let left = Math.floor(Math.max(0, visible.left) / size) * size; left < right; left += size)
      rects.push({
        top,
        left,
        bottom: Math.min(top + size, source.rows),
        right: Math.min(left + size, source.cols),
      });
  return rects;
}

function nameOf(key: string, level: number, { top, left }: Rect): string {
  return `${level}/${top}/${left}/${key}`;
}

function bytesOf({ mean, min, max, marks, level }: Tile): number {
  return mean.byteLength + (level === 0 ? 0 : min.byteLength + max.byteLength) + marks.byteLength;
}
