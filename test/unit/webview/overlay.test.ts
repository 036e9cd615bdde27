import assert from "node:assert/strict";
import { outlineOf } from "../../../webview/paint/overlay";
import { type Sheet, noRing } from "../../../webview/paint/view";

const sheet: Sheet = { rows: 1000, cols: 1000, ring: noRing, aspect: 1 };
const box = { width: 200, height: 100, density: 1 };
const rect = { top: 5, left: 10, bottom: 8, right: 13 };

describe("outlineOf", () => {
  it("lies on the cells' edges, on whole device pixels", () => {
    const camera = { k: 5.3, x: 0.2, y: 0.7 };
    assert.deepEqual(outlineOf({ rect, role: "window" }, camera, sheet, box), {
      left: 53,
      right: 69,
      top: 27,
      bottom: 43,
    });
    assert.deepEqual(outlineOf({ rect, role: "window" }, camera, sheet, { ...box, density: 2 }), {
      left: 53,
      right: 69,
      top: 27,
      bottom: 43,
    });
  });

  it("grows about its middle where cells are tiny", () => {
    const camera = { k: 1, x: 0, y: 0 };
    assert.deepEqual(outlineOf({ rect, role: "window" }, camera, sheet, box), {
      left: 7,
      right: 16,
      top: 2,
      bottom: 11,
    });
    const row = { top: 50, left: 0, bottom: 51, right: 1000 };
    const outline = outlineOf({ rect: row, role: "row" }, { ...camera, k: 0.1 }, sheet, box);
    assert.deepEqual(outline, { left: 0, right: 100, top: 3, bottom: 7 });
  });

  it("is nothing outside of the box", () => {
    const at = (x: number, y: number) => outlineOf({ rect, role: "linked" }, { k: 5, x, y }, sheet, box);
    assert.equal(at(-66, 0), null);
    assert.equal(at(151, 0), null);
    assert.equal(at(0, 76), null);
    assert.equal(at(0, -41), null);
    assert.notEqual(at(149, 74), null);
  });
});
