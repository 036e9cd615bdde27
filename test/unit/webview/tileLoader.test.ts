import assert from "node:assert/strict";
import type { Rect, Tile } from "../../../src/tensor/slice";
import type { TileSource } from "../../../webview/paint/source";
import { TILE, TileLoader } from "../../../webview/paint/tileLoader";

/** A plane full of one number, whose tiles come when the test says so. */
class Slow implements TileSource {
  readonly asked: string[] = [];
  readonly signals: AbortSignal[] = [];
  #waiting: (() => void)[] = [];

  constructor(
    readonly key: string,
    readonly value: number,
    readonly rows = 1000,
    readonly cols = 300,
  ) {}

  tile(rect: Rect, level: number): Tile {
    const size = 2 ** level;
    const [rows, cols] = [Math.ceil((rect.bottom - rect.top) / size), Math.ceil((rect.right - rect.left) / size)];
    const mean = new Float32Array(rows * cols).fill(this.value);
    return { rect, level, rows, cols, mean, min: mean, max: mean, marks: new Uint8Array(rows * cols) };
  }

  load(rect: Rect, level: number, signal: AbortSignal): Promise<Tile> {
    this.asked.push(`${level}: ${rect.top}…${rect.bottom}, ${rect.left}…${rect.right}`);
    this.signals.push(signal);
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        if (Number.isNaN(this.value)) reject(new Error("refused"));
        else resolve(this.tile(rect, level));
      });
    });
  }

  async answer(): Promise<void> {
    for (const go of this.#waiting.splice(0)) go();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const all: Rect = { top: 0, left: 0, bottom: 1000, right: 300 };
const top: Rect = { top: 0, left: 0, bottom: 100, right: 100 };

function setUp() {
  const log = { changed: 0, failed: [] as unknown[] };
  const loader = new TileLoader(
    () => log.changed++,
    (error) => log.failed.push(error),
  );
  const values = (source: TileSource, level = 0, visible = top) =>
    loader.tiles(source, level, visible).map((tile) => tile.mean[0]);
  return { loader, log, values };
}

describe("TileLoader", () => {
  it("asks for the tiles that are seen, once", async () => {
    const { loader, log, values } = setUp();
    const source = new Slow("a", 1);
    assert.deepEqual(loader.tiles(source, 0, { top: 200, left: 250, bottom: 300, right: 300 }), []);
    const rows = [`0…${TILE}`, `${TILE}…512`];
    assert.deepEqual(
      source.asked,
      rows.flatMap((row) => [`0: ${row}, 0…256`, `0: ${row}, 256…300`]),
    );
    await source.answer();
    assert.equal(log.changed, 4);
    assert.deepEqual(values(source, 0, { top: 200, left: 250, bottom: 300, right: 300 }), [1, 1, 1, 1]);
    assert.equal(source.asked.length, 4);
  });

  it("asks for larger tiles at higher levels, aligned to their cells", () => {
    const { loader } = setUp();
    const source = new Slow("a", 1);
    loader.tiles(source, 1, all);
    assert.deepEqual(source.asked, ["1: 0…512, 0…300", "1: 512…1000, 0…300"]);
  });

  it("ignores what is seen of the ring, and a plane without elements", () => {
    const { loader } = setUp();
    const source = new Slow("a", 1, 10, 10);
    loader.tiles(source, 0, { top: -2, left: -2, bottom: 12, right: 12 });
    assert.deepEqual(source.asked, ["0: 0…10, 0…10"]);
    const empty = new Slow("e", 1, 0, 10);
    assert.deepEqual(loader.tiles(empty, 0, { top: 0, left: 0, bottom: 0, right: 10 }), []);
    assert.deepEqual(empty.asked, []);
  });

  it("shows tiles that are given at once in the same frame, also of content after content", () => {
    const { values } = setUp();
    for (let i = 0; i < 5; i++) {
      const slow = new Slow("unused", i);
      const source: TileSource = { key: `k${i}`, rows: 1000, cols: 300, load: (rect, level) => slow.tile(rect, level) };
      assert.deepEqual(values(source), [i]);
    }
  });

  it("keeps the old picture until the new one is whole", async () => {
    const { values, loader } = setUp();
    const [a, b] = [new Slow("a", 1), new Slow("b", 2)];
    loader.tiles(a, 0, all);
    await a.answer();
    assert.equal(values(a, 0, all).length, 8);
    assert.deepEqual(new Set(values(b, 0, all)), new Set([1]));
    await b.answer();
    assert.deepEqual(new Set(values(b, 0, all)), new Set([2]));
  });

  it("does not starve when positions come faster than tiles: one under way, then the last", async () => {
    const { values } = setUp();
    const sources = Array.from({ length: 6 }, (_, i) => new Slow(`step ${i}`, i));
    values(sources[0]);
    await sources[0].answer();
    for (const source of sources.slice(1)) values(source);
    assert.deepEqual(
      sources.map((source) => source.asked.length),
      [1, 1, 0, 0, 0, 0],
    );
    await sources[1].answer();
    assert.deepEqual(values(sources[5]), [1], "the one that was under way is shown meanwhile");
    assert.equal(sources[5].asked.length, 1);
    await sources[5].answer();
    assert.deepEqual(values(sources[5]), [5]);
    assert.deepEqual(
      sources.map((source) => source.asked.length),
      [1, 1, 0, 0, 0, 1],
    );
  });

  it("draws another level of the same content over the old one as it comes", async () => {
    const { loader } = setUp();
    const source = new Slow("a", 1);
    loader.tiles(source, 2, all);
    await source.answer();
    assert.deepEqual(
      loader.tiles(source, 0, top).map(({ level }) => level),
      [2],
    );
    await source.answer();
    assert.deepEqual(
      loader.tiles(source, 0, top).map(({ level }) => level),
      [0],
    );
  });

  it("drops the old picture and what was asked for it when the plane has another shape", async () => {
    const { values, loader } = setUp();
    const [a, b] = [new Slow("a", 1), new Slow("b", 2, 50, 50)];
    loader.tiles(a, 0, top);
    await a.answer();
    loader.tiles(a, 0, all);
    assert.deepEqual(values(b), []);
    assert.ok(a.signals.slice(1).every(({ aborted }) => aborted));
    assert.equal(a.signals[0].aborted, false);
    await a.answer();
    await b.answer();
    assert.deepEqual(values(b), [2]);
  });

  it("says what could not be loaded, once, and goes on", async () => {
    const { values, log } = setUp();
    const [good, bad, next] = [new Slow("a", 1), new Slow("b", NaN), new Slow("c", 3)];
    values(good);
    await good.answer();
    values(bad);
    await bad.answer();
    values(bad);
    assert.deepEqual(log.failed.map(String), ["Error: refused"]);
    assert.equal(bad.asked.length, 1);
    values(next);
    await next.answer();
    assert.deepEqual(values(next), [3]);
  });

  it("catches what is thrown at once", () => {
    const { values, log } = setUp();
    const source: TileSource = {
      ...{ key: "a", rows: 1, cols: 1 },
      load: () => {
        throw new Error("at once");
      },
    };
    assert.deepEqual(values(source), []);
    assert.deepEqual(log.failed.map(String), ["Error: at once"]);
  });

  it("knows single elements of the tiles at hand", async () => {
    const { loader } = setUp();
    const source = new Slow("a", 7);
    loader.tiles(source, 0, top);
    assert.equal(loader.peek(source, 5, 6), null);
    await source.answer();
    const found = loader.peek(source, 5, 6)!;
    assert.equal(found.index, 5 * 256 + 6);
    assert.equal(found.tile.mean[found.index], 7);
    assert.equal(loader.peek(source, 999, 6), null);
  });

  it("lets go of the least recently used tiles, and asks again for them", async () => {
    const { loader } = setUp();
    // 256 KiB of floats and 64 KiB of marks a tile: 24 MiB hold 76 of them.
    const source = new Slow("a", 1, TILE * 300, TILE);
    for (let i = 0; i < 300; i++) {
      loader.tiles(source, 0, { top: i * TILE, left: 0, bottom: (i + 1) * TILE, right: TILE });
      await source.answer();
    }
    assert.equal(source.asked.length, 300);
    assert.equal(loader.peek(source, 0, 0), null);
    assert.equal(loader.peek(source, 220 * TILE, 0), null);
    assert.notEqual(loader.peek(source, 230 * TILE, 0), null);
    assert.notEqual(loader.peek(source, 299 * TILE, 0), null);
    loader.tiles(source, 0, top);
    assert.equal(source.asked.length, 301);
  });

  it("ends what is under way when it is let go of", () => {
    const { loader } = setUp();
    const source = new Slow("a", 1);
    loader.tiles(source, 0, top);
    loader.dispose();
    assert.ok(source.signals[0].aborted);
  });
});
