import assert from "node:assert/strict";
import { geometryOf } from "../../../src/conv/geometry";
import { specOf } from "../../../src/formats/layerAxes";
import { parseLayerFile } from "../../../src/formats/layerFile";
import { rolesIn } from "../../../src/paused/roles";

describe("what a tensor can be in a layer", () => {
  /** Labels of the roles that fit, and what they say. */
  const fitting = (shape: readonly number[], settings = "") => {
    const { value } = parseLayerFile(
      `{"input": "x.npy", "weight": "w.npy", "bias": "b.npy"${settings}}`,
      "l.conv.json",
    );
    const g = geometryOf([2, 3, 8, 10], [4, 3, 3, 3], [4], specOf(value));
    const roles = rolesIn(value, g, shape);
    assert.equal(roles.length, 8);
    assert.ok(roles.every(({ says }) => says !== "" && !says.includes("\n")));
    return Object.fromEntries(roles.filter(({ fits }) => fits).map(({ label, says }) => [label, says]));
  };

  it("says to which shapes each would lead", () => {
    assert.deepEqual(fitting([1, 3, 20, 20]), { "Input x": "x 1×3×20×20 → out 1×4×18×18" });
    assert.deepEqual(fitting([4, 3, 5, 5]), {
      "Input x": "x 4×3×5×5 → out 4×4×3×3",
      "Weight W": "x 2×3×8×10 → out 2×4×4×6",
    });
    assert.deepEqual(fitting([4]), { "Bias b": "x 2×3×8×10 → out 2×4×6×8", "Expected db": "as 4" });
    assert.deepEqual(fitting([2, 4, 6, 8]), { "Gradient dout": "as 2×4×6×8", "Expected out": "as 2×4×6×8" });
    assert.deepEqual(Object.keys(fitting([2, 3, 8, 10])), ["Input x", "Expected dx"]);
    assert.deepEqual(Object.keys(fitting([4, 3, 3, 3])), ["Input x", "Weight W", "Expected dW"]);
    assert.deepEqual(fitting([7, 7, 7, 7, 7]), {});
  });

  it("reads the shape in the layer's own layout and settings", () => {
    const settings = ', "layout": {"input": "NHWC", "weight": "HWIO"}, "stride": 2';
    assert.deepEqual(fitting([1, 20, 20, 3], settings), { "Input x": "x 1×3×20×20 → out 1×4×9×9" });
    assert.deepEqual(fitting([3, 3, 3, 4], settings), {
      "Weight W": "x 2×3×8×10 → out 2×4×3×4",
      "Expected dW": "as 4×3×3×3",
    });
  });
});
