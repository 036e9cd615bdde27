import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { applyEdits, parse } from "jsonc-parser";
import { formatEdits } from "../../../src/formats/layerFormat";

const formatted = (text: string) => applyEdits(text, formatEdits(text));

describe("formats: a layer file laid out", () => {
  it("has the numbers of its matrices in columns", () => {
    const text = [
      "{",
      '"input":   "x.npy" ,  // far',
      '    "weight": [ [[[-1, 0,1],',
      "   [-20, 0, 2.5],",
      '[-1, "NaN",1]]],',
      "  [[[1,2,3],[4,5,6]]]], // a bank",
      '"stride":[10,1],',
      '"dilation":[1,2]',
      "",
      "",
      "",
      "}",
    ];
    assert.deepEqual(formatted(text.join("\n")).split("\n"), [
      "{",
      '  "input": "x.npy", // far',
      '  "weight": [[[[ -1,     0,   1],',
      "               [-20,     0, 2.5],",
      '               [ -1, "NaN",   1]]],',
      "             [[[1, 2, 3], [4, 5, 6]]]], // a bank",
      '  "stride": [10, 1],',
      '  "dilation": [1, 2]',
      "",
      "}",
    ]);
  });

  it("sets filters in columns that stand one in each line, comments behind them", () => {
    const text = '{\n"weight": [\n// Sobel\n[[[-1,0,1],[-2,0,2]]], // x\n[[[-1,-12,-1],[0,0,0]]] /* y */\n]\n}\n';
    assert.equal(
      formatted(text),
      '{\n  "weight": [\n    // Sobel\n    [[[-1,   0,  1], [-2, 0, 2]]], // x\n    [[[-1, -12, -1], [ 0, 0, 0]]] /* y */\n  ]\n}\n',
    );
  });

  it("keeps the ends of lines, and leaves alone what is no JSON", () => {
    assert.equal(formatted('{\r\n"stride":2\r\n}'), '{\r\n  "stride": 2\r\n}');
    assert.deepEqual(formatEdits('{ "weight": [[1,2] '), []);
  });

  const samples = new URL("../../../samples/", import.meta.url);
  for (const name of readdirSync(samples).filter((each) => each.endsWith(".conv.json")))
    it(`${name} says the same afterwards, comments included, and is laid out once and for all`, () => {
      const text = readFileSync(new URL(name, samples), "utf8");
      const once = formatted(text);
      assert.deepEqual(parse(once), parse(text));
      assert.equal(once.replace(/\s/g, ""), text.replace(/\s/g, ""));
      assert.equal(once.split("\n").length, text.split("\n").length);
      assert.deepEqual(formatEdits(once), []);
    });
});
