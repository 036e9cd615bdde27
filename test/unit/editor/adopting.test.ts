import assert from "node:assert/strict";
import { geometryOf } from "../../../src/conv/geometry";
import { type ConvSpec, defaultSpec } from "../../../src/conv/spec";
import { settingsFor, settingsText } from "../../../src/editor/adopting";

const geometry = (spec: Partial<ConvSpec>) => geometryOf([1, 2, 9, 8], [4, 2, 3, 3], null, { ...defaultSpec, ...spec });

describe("settings that a cause comes to", () => {
  it("are written as somebody would write them", () => {
    const write = (key: string, value: unknown) => settingsText(settingsFor([{ key, value }], 0, geometry({})));
    assert.equal(
      write("padding", [
        [0, 0],
        [0, 0],
      ]),
      '"padding": 0',
    );
    assert.equal(
      write("padding", [
        [1, 1],
        [2, 2],
      ]),
      '"padding": [1, 2]',
    );
    assert.equal(
      write("padding", [
        [0, 1],
        [0, 1],
      ]),
      '"padding": [[0, 1], [0, 1]]',
    );
    assert.equal(
      write("padding", [
        [1, 1],
        [0, 1],
      ]),
      '"padding": [[1, 1], [0, 1]]',
    );
    assert.equal(write("stride", [2, 2]), '"stride": 2');
    assert.equal(write("stride", [2, 1]), '"stride": [2, 1]');
    assert.equal(write("paddingMode", "reflect"), '"paddingMode": "reflect"');
    assert.deepEqual(settingsFor([{ key: "layout.output", value: "NHWC" }], 0, geometry({})), [
      { path: ["layout", "output"], value: "NHWC" },
    ]);
  });

  it("keep the padding that a rule came to, where another stride would make it another one", () => {
    const same = geometry({ padding: "same", stride: 2 });
    const changes = [{ key: "stride", value: [1, 1] }];
    assert.equal(settingsText(settingsFor(changes, "same", same)), '"stride": 1, "padding": [[1, 1], [0, 1]]');
    assert.equal(settingsText(settingsFor(changes, "valid", geometry({ stride: 2 }))), '"stride": 1');
    const both = [
      ...changes,
      {
        key: "padding",
        value: [
          [0, 0],
          [0, 0],
        ],
      },
    ];
    assert.equal(settingsText(settingsFor(both, "same", same)), '"stride": 1, "padding": 0');
  });
});
