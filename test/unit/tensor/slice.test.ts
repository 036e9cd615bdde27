import assert from "node:assert/strict";
import fc from "fast-check";
import { type Plane, mark, tileOf } from "../../../src/tensor/slice";

type Cell = number | null;

const plane = (cells: readonly (readonly Cell[])[]): Plane => ({
  rows: cells.length,
  cols: cells[0]?.length ?? 0,
  at: (row, col) => cells[row][col],
});
const whole = { top: 0, left: 0, bottom: Infinity, right: Infinity };

const anyCell = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -50, max: 50 }) },
  { weight: 3, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 }) },
  { weight: 1, arbitrary: fc.constantFrom<Cell>(null, NaN, Infinity, -Infinity, -0) },
);
const anyPlane = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .chain(([rows, cols]) =>
    fc.array(fc.array(anyCell, { minLength: cols, maxLength: cols }), { minLength: rows, maxLength: rows }),
  );
const edge = fc.integer({ min: -3, max: 12 });

describe("tileOf", () => {
  it("shows at level 0 every element as it is", () => {
    const tile = tileOf(plane([[1, -0, NaN], [null, Infinity, -Infinity]]), whole, 0, "float64"); // prettier-ignore
    assert.deepEqual([tile.rows, tile.cols, tile.rect], [2, 3, { top: 0, left: 0, bottom: 2, right: 3 }]);
    assert.deepEqual([...tile.mean], [1, -0, 0, 0, 0, 0]);
    assert.deepEqual([...tile.marks], [0, 0, mark.nan, mark.unwritten, mark.positiveInfinity, mark.negativeInfinity]);
    assert.equal(tile.min, tile.mean);
    assert.equal(tile.max, tile.mean);
  });

  it("summarises 2^level × 2^level elements honestly: brute force", () => {
    fc.assert(
      fc.property(
        anyPlane,
        edge,
        edge,
        edge,
        edge,
        fc.integer({ min: 0, max: 3 }),
        (cells, top, left, bottom, right, level) => {
          const tile = tileOf(plane(cells), { top, left, bottom, right }, level, "float64");
          const clip = (value: number, most: number) => Math.min(Math.max(value, 0), most);
          const [t, l] = [clip(top, cells.length), clip(left, cells[0].length)];
          const [b, r] = [Math.max(t, clip(bottom, cells.length)), Math.max(l, clip(right, cells[0].length))];
          assert.deepEqual(tile.rect, { top: t, left: l, bottom: b, right: r });
          const size = 2 ** level;
          assert.deepEqual([tile.rows, tile.cols], [Math.ceil((b - t) / size), Math.ceil((r - l) / size)]);
          for (let row = 0; row < tile.rows; row++)
            for (let col = 0; col < tile.cols; col++) {
              const block = cells
                .slice(t + row * size, Math.min(t + (row + 1) * size, b))
                .flatMap((line) => line.slice(l + col * size, Math.min(l + (col + 1) * size, r)));
              checkCell(tile, row * tile.cols + col, block);
            }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("is the same where its elements lie in memory", () => {
    fc.assert(
      fc.property(anyPlane, edge, edge, fc.integer({ min: 0, max: 3 }), (cells, top, left, level) => {
        const numbers = cells.map((row) => row.map((cell) => cell ?? 7));
        const data = Float64Array.from([NaN, NaN, ...numbers.flat()]);
        const rect = { ...whole, top, left };
        const held: Plane = { ...plane(numbers), held: { data, first: 2 } };
        assert.deepEqual(tileOf(held, rect, level, "float64"), tileOf(plane(numbers), rect, level, "float64"));
      }),
      { numRuns: 500 },
    );
  });

  it("keeps one NaN in a million visible", () => {
    const big: Plane = { rows: 1024, cols: 1024, at: (row, col) => (row === 700 && col === 3 ? NaN : 1) };
    const tile = tileOf(big, whole, 10, "float32");
    assert.deepEqual([tile.rows, tile.cols, tile.marks[0], tile.mean[0]], [1, 1, mark.nan, 1]);
  });

  it("asks for each element of the rectangle once, and for no other", () => {
    const asked: string[] = [];
    const spy: Plane = {
      rows: 100,
      cols: 100,
      at: (row, col) => {
        asked.push(`${row},${col}`);
        return 1;
      },
    };
    tileOf(spy, { top: 10, left: 20, bottom: 13, right: 25 }, 1, "float32");
    assert.equal(asked.length, 15);
    assert.equal(new Set(asked).size, 15);
    assert.ok(asked.every((place) => /^1[012],2[0-4]$/.test(place)));
  });

  it("holds what its type holds", () => {
    assert.ok(tileOf(plane([[0.1]]), whole, 0, "float32").mean instanceof Float32Array);
    assert.equal(tileOf(plane([[0.1]]), whole, 0, "float64").mean[0], 0.1);
    assert.equal(tileOf(plane([[0.1, 0.1, 0.1, 0.1]]), whole, 2, "float64").max[0], 0.1);
  });

  it("is empty outside the plane", () => {
    const tile = tileOf(plane([[1]]), { top: 5, left: 5, bottom: 9, right: 9 }, 0, "float32");
    assert.deepEqual([tile.rows, tile.cols, tile.mean.length, tile.marks.length], [0, 0, 0, 0]);
  });
});

function checkCell(tile: ReturnType<typeof tileOf>, cell: number, block: readonly Cell[]): void {
  const finite = block.filter((value): value is number => value !== null && Number.isFinite(value));
  const has = (bit: number, found: boolean) => assert.equal((tile.marks[cell] & bit) !== 0, found);
  has(
    mark.nan,
    block.some((value) => Number.isNaN(value)),
  );
  has(mark.positiveInfinity, block.includes(Infinity));
  has(mark.negativeInfinity, block.includes(-Infinity));
  has(mark.unwritten, block.includes(null));
  if (finite.length === 0) {
    assert.deepEqual([tile.mean[cell], tile.min[cell], tile.max[cell]], [0, 0, 0]);
    return;
  }
  assert.ok(tile.min[cell] === Math.min(...finite) && tile.max[cell] === Math.max(...finite)); // −0 equals 0 here
  const mean = finite.reduce((sum, value) => sum + value / finite.length, 0);
  assert.ok(Math.abs(tile.mean[cell] - mean) < 1e-9);
}
