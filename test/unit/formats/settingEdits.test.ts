import assert from "node:assert/strict";
import { applyEdits } from "jsonc-parser";
import { parseLayerFile } from "../../../src/formats/layerFile";
import { type Setting, inFloat64, inputLaidOut } from "../../../src/formats/layerNotes";

import { settingEdits } from "../../../src/formats/settingEdits";

describe("formats: a setting written into a layer file", () => {
  const written = (text: string, setting: Setting) => {
    const result = applyEdits(text, settingEdits(text, setting));
    const { value } = parseLayerFile(result, "a.conv.json");
    const [outer, inner] = setting.path;
    const found: unknown = value[outer as keyof typeof value];
    assert.deepEqual(setting.path.length === 1 ? found : (found as Record<string, unknown>)[inner], setting.value);
    return result;
  };

  it("stands before the others, and leaves comments and matrices as they are", () => {
    const text =
      '// of ours\n{\n    "input": "x.npy", // as it came\n    "weight": [[1, 2],\n               [3, 4]], // a filter\n}\n';
    assert.equal(written(text, inFloat64), text.replace('"input"', '"dtype": "float64",\n    "input"'));
    assert.equal(
      written(text, inputLaidOut("NHWC")),
      text.replace('"input"', '"layout": { "input": "NHWC" },\n    "input"'),
    );
  });

  it("keeps the ends of lines, and to one line what is on one", () => {
    const text = '{\r\n\t"input": "x.npy",\r\n\t"weight": "W.npy"\r\n}';
    assert.equal(written(text, inFloat64), text.replace('"input"', '"dtype": "float64",\r\n\t"input"'));
    const line = '{ "input": "x.npy", "weight": "W.npy" }';
    assert.equal(written(line, inFloat64), '{ "dtype": "float64", "input": "x.npy", "weight": "W.npy" }');
  });

  it("takes the place of the value that was there, or joins its neighbours", () => {
    const text =
      '{\n  "input": "x.npy",\n  "weight": "W.npy",\n  "dtype": "float32", // quick\n  "layout": { "weight": "HWIO" }\n}';
    assert.equal(written(text, inFloat64), text.replace("float32", "float64"));
    assert.equal(written(text, inputLaidOut("NHWC")), text.replace('{ "weight"', '{ "input": "NHWC", "weight"'));
    const both = text.replace('{ "weight"', '{ "input": "NCHW", "weight"');
    assert.equal(written(both, inputLaidOut("NHWC")), both.replace("NCHW", "NHWC"));
    const empty = text.replace('{ "weight": "HWIO" }', "{}");
    assert.equal(written(empty, inputLaidOut("NHWC")), empty.replace("{}", '{"input": "NHWC"}'));
  });
});
