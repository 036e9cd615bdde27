import assert from "node:assert/strict";
import { layerProblems, parseLayerFile } from "../../../src/formats/layerFile";
import { fault } from "./support";

describe("formats: problems of a layer file", () => {
  const problems = (text: string) =>
    layerProblems(text, "l.conv.json").map(({ error, range }) => ({
      code: error.code,
      text: text.slice(range.offset, range.offset + range.length),
      at: `${range.line}:${range.column}`,
      message: error.message,
    }));

  const one: [string, string, string, string, RegExp][] = [
    [
      "unknown key",
      '{"input": "a",\n "weigth": "b"}',
      "bad-key",
      '2:2 "weigth"',
      /there is no setting "weigth".*Did you mean "weight"/,
    ],
    [
      "PyTorch's name",
      '{"input": "a", "weight": "b", "padding_mode": "zeros"}',
      "bad-key",
      '1:31 "padding_mode"',
      /Did you mean "paddingMode"/,
    ],
    [
      "nested unknown key",
      '{"input": "a", "weight": "b", "layout": {"inputs": "NCHW"}}',
      "bad-key",
      '1:42 "inputs"',
      /Did you mean "input"/,
    ],
    [
      "unknown key of a source",
      '{"input": {"random": [1], "sed": 1}, "weight": "b"}',
      "bad-key",
      '1:27 "sed"',
      /Did you mean "seed"/,
    ],
    ["missing", '{"input": "a"}', "bad-layer", "1:1 {", /"weight" is missing: expected a file name, an array/],
    [
      "stride 0",
      '{"input": "a", "weight": "b", "stride": 0}',
      "bad-layer",
      "1:41 0",
      /expected a number of at least 1, found 0/,
    ],
    [
      "stride pair",
      '{"input": "a", "weight": "b", "stride": [1, 2, 3]}',
      "bad-layer",
      "1:41 [1, 2, 3]",
      /expected a whole number of at least 1, or \[height, width\]/,
    ],
    [
      "contradictory padding",
      '{"input": "a", "weight": "b", "padding": [[1, 1], 2]}',
      "bad-layer",
      "1:42 [[1, 1], 2]",
      /"valid", "same" or "same-lower"/,
    ],
    [
      "negative padding",
      '{"input": "a", "weight": "b", "padding": -1}',
      "bad-layer",
      "1:42 -1",
      /at least 0, found -1/,
    ],
    [
      "capital letter",
      '{"input": "a", "weight": "b", "padding": "Same"}',
      "bad-layer",
      '1:42 "Same"',
      /expected .*"same"/,
    ],
    [
      "set twice",
      '{"input": "a", "weight": "b", "padding": 1,\n"padding": 2}',
      "bad-key",
      '2:1 "padding"',
      /"padding" is set twice/,
    ],
    [
      "__proto__",
      '{"input": "a", "weight": "b", "__proto__": 2}',
      "bad-key",
      '1:31 "__proto__"',
      /there is no setting "__proto__"/,
    ],
    [
      "layout",
      '{"input": "a", "weight": "b", "layout": {"weight": "HWOO"}}',
      "bad-layer",
      '1:52 "HWOO"',
      /Did you mean "HW[IO][IO]"/,
    ],
    [
      "ragged",
      '{"input": "a",\n"weight": [[1, 2],\n [3]]}',
      "bad-value",
      "3:2 [3]",
      /weight\[1\]: the array is ragged: expected 2 elements, found 1/,
    ],
    [
      "too deep at one place",
      '{"input": "a", "weight": [[1, [2]]]}',
      "bad-value",
      "1:31 [2]",
      /weight\[0\]\[1\]: the array is ragged/,
    ],
    [
      "not a number",
      '{"input": "a", "weight": [[1, "x"]]}',
      "bad-value",
      '1:31 "x"',
      /weight\[0\]\[1\]: this is not a number.*"NaN"/,
    ],
    ["null among numbers", '{"input": "a", "weight": "b", "bias": [null]}', "bad-value", "1:40 null", /bias\[0\]/],
    [
      "ragged result",
      '{"input": "a", "weight": "b", "expected": {"out": [[1], 2]}}',
      "bad-value",
      "1:57 2",
      /expected\.out\[1\]/,
    ],
    ["negative shape", '{"input": {"random": [1, -2]}, "weight": "b"}', "bad-layer", "1:26 -2", /input\.random\[1\]/],
    ["random of what", '{"input": {"random": 5}, "weight": "b"}', "bad-layer", "1:22 5", /expected an array, found 5/],
    ["empty object", '{"input": {}, "weight": "b"}', "bad-layer", "1:11 {}", /expected a file name/],
    ["groups", '{"input": "a", "weight": "b", "groups": 1.5}', "bad-layer", "1:41 1.5", /a whole number/],
    ["a list", "[1]", "bad-layer", "1:1 [1]", /a layer file is one object/],
    ["comma", '{"input": "a" "weight": "b"}', "bad-syntax", '1:15 "weight"', /a comma is missing/],
    ["open", '{"input": "a", "weight": "b"', "bad-syntax", "", /a closing brace/],
    ["empty file", "", "bad-syntax", "1:1 ", /a value is missing/],
  ];
  for (const [name, text, code, place, message] of one)
    it(name, async () => {
      const found = problems(text);
      assert.equal(found.length, 1, JSON.stringify(found));
      assert.equal(found[0].code, code);
      assert.match(found[0].message, message);
      if (place !== "") assert.equal(`${found[0].at} ${found[0].text}`, place);
      const thrown = await fault(code, () => parseLayerFile(text, "l.conv.json"));
      assert.equal(thrown.message, found[0].message);
      assert.ok(thrown.message.startsWith(`l.conv.json, ${found[0].at}`), thrown.message);
    });

  it("finds all of them, in the order of the text", () => {
    const found = problems('{"weight": [[1], []],\r\n "stride": 0,\r "foo": 1,\n "groups": 0}');
    assert.deepEqual(
      found.map(({ at }) => at),
      ["1:1", "2:12", "3:2", "4:12"],
    );
    assert.deepEqual(problems('{"input": "a", "weight": "b"}'), []);
  });

  it("does not overflow on brackets without end", () => {
    const found = problems(`{"input": ${"[".repeat(100_000)}`);
    assert.deepEqual([found.length, found[0].code], [1, "bad-syntax"]);
  });

  it("tells where a value stands", () => {
    const text = '{\n  "input": "a", "weight": [[1, 2], [3, 4]]\n}';
    const layer = parseLayerFile(text, "l");
    assert.deepEqual(layer.at(["weight", 1, 0]), { line: 2, column: 37, offset: 38, length: 1 });
    assert.deepEqual(layer.at(["weight"], "key"), { line: 2, column: 17, offset: 18, length: 8 });
    assert.equal(layer.at(["bias"]), undefined);
    assert.equal(layer.value.input, "a");
  });
});
