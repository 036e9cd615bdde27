import assert from "node:assert/strict";
import type { Sheet } from "../../../webview/paint/view";
import { commandOf, heldCell } from "../../../webview/views/heatmapKeys";

const sheet: Sheet = { rows: 32, cols: 30, ring: { top: 1, left: 2, bottom: 1, right: 2 }, aspect: 1 };
/** "Ctrl+Home" and the like. */
function press(keys: string, row = 11, col = 17) {
  const parts = keys === "+" ? ["+"] : keys.split("+").map((part) => (part === "" ? "+" : part));
  const has = (name: string) => parts.includes(name);
  const event = { ctrlKey: has("Ctrl"), metaKey: has("Meta"), shiftKey: has("Shift"), altKey: has("Alt") };
  return commandOf({ ...event, key: parts[parts.length - 1] }, { row, col }, sheet, 10);
}
const to = (row: number, col: number) => ({ kind: "cursor", to: { row, col } });

describe("a heatmap's keys", () => {
  it("move the cursor by one cell, also into the ring, not beyond", () => {
    assert.deepEqual(press("ArrowUp"), to(10, 17));
    assert.deepEqual(press("ArrowDown"), to(12, 17));
    assert.deepEqual(press("ArrowLeft"), to(11, 16));
    assert.deepEqual(press("ArrowRight"), to(11, 18));
    assert.deepEqual(press("ArrowUp", 0, 0), to(-1, 0));
    assert.deepEqual(press("ArrowUp", -1, 0), to(-1, 0));
    assert.deepEqual(press("ArrowRight", 0, 31), to(0, 31));
  });

  it("jump to the ends of the plane", () => {
    assert.deepEqual(press("Home"), to(11, 0));
    assert.deepEqual(press("End"), to(11, 29));
    assert.deepEqual(press("Ctrl+Home"), to(0, 0));
    assert.deepEqual(press("Ctrl+End"), to(31, 29));
    assert.deepEqual(press("Meta+End"), to(31, 29));
    assert.deepEqual(press("Ctrl+ArrowUp"), to(0, 17));
    assert.deepEqual(press("Ctrl+ArrowRight"), to(11, 29));
  });

  it("page by the rows that are shown", () => {
    assert.deepEqual(press("PageDown"), to(21, 17));
    assert.deepEqual(press("PageUp"), to(1, 17));
    assert.deepEqual(press("PageUp", 5), to(-1, 17));
  });

  it("pan, zoom, fit, select, and show the table", () => {
    assert.deepEqual(press("Shift+ArrowLeft"), { kind: "pan", right: -0.125, down: 0 });
    assert.deepEqual(press("+"), { kind: "zoom", factor: 1.5 });
    assert.deepEqual(press("-"), { kind: "zoom", factor: 1 / 1.5 });
    assert.deepEqual(press("0"), { kind: "fit" });
    assert.deepEqual(press("Enter"), { kind: "select" });
    assert.deepEqual(press(" "), { kind: "select" });
    assert.deepEqual(press("t"), { kind: "table" });
  });

  it("leave everybody else's keys alone", () => {
    for (const keys of [
      "F10",
      "F11",
      "g",
      "[",
      "]",
      ".",
      "Tab",
      "Escape",
      "Alt+ArrowLeft",
      "Ctrl+t",
      "Ctrl+0",
      "Ctrl+-",
    ])
      assert.equal(press(keys), null, keys);
    assert.equal(press("Ctrl+Enter"), null);
    assert.equal(press("Shift+F11"), null);
    assert.equal(press("Shift+Home"), null);
  });

  it("hold the cursor in a sheet, also in one without cells", () => {
    assert.deepEqual(heldCell({ row: 99, col: -99 }, sheet), { row: 32, col: -2 });
    const ring = { top: 0, left: 0, bottom: 0, right: 0 };
    assert.deepEqual(heldCell({ row: 3, col: 3 }, { rows: 0, cols: 5, ring, aspect: 1 }), { row: 0, col: 3 });
  });
});
