import type { Rect, Tile } from "../../src/tensor/slice";

/**
 * Where a heatmap gets its numbers. `key` names the content: as long as it stays, tiles are taken from the cache; when it
 * changes (another run, plane or step), they are asked for again, and the old picture stays until the new one is there.
 */
export interface TileSource {
  readonly key: string;
  readonly rows: number;
  readonly cols: number;
  /** Cells along the side of a tile at level 0, where TILE is too much: for numbers that are dear to work out. */
  readonly side?: number;
  /**
   * `rect` lies within the plane, its top and left are multiples of 2^level. A tile that is already at hand may be
   * returned at once: it is drawn in the same frame. `signal` says that nobody waits for it any more.
   */
  load(rect: Rect, level: number, signal: AbortSignal): Tile | Promise<Tile>;
}
