import assert from "node:assert/strict";
import fc from "fast-check";
import { zlibSync } from "fflate";
import { decode as fastPng, encode as encodePng } from "fast-png";
import { closest } from "../../../src/formats/suggest";
import { csvTensor } from "../../../src/formats/csv";
import { findKeyProblems, lineColumn } from "../../../src/formats/json";
import { LayerText } from "../../../src/formats/layerText";
import { LiteralError, literalTensor } from "../../../src/formats/literal";
import { parseOverride } from "../../../src/formats/overrides";
import { imageTensor } from "../../../src/formats/pixels";
import { decodePng } from "../../../src/formats/png";
import { type RandomSpec, randomTensor } from "../../../src/formats/random";
import { layerJsonSchema } from "../../../src/formats/schema";
import { splitKey } from "../../../src/formats/formats";
import { expected, fault, plain } from "./support";

describe("formats: values that are written out", () => {
  it("draws NumPy's random numbers", () => {
    for (const { spec, values } of expected.random) {
      const drawn = plain(randomTensor(spec as RandomSpec).data); // as the fixtures' script wrote it
      const normal = !("dist" in spec) || spec.dist === "normal";
      assert.equal(drawn.length, values.length);
      drawn.forEach((value, i) => {
        const want = Number(values[i]);
        // The logarithm may differ in its last bits; everything else is exact.
        if (normal) assert.ok(Math.abs(Number(value) - want) <= 8e-16 * Math.abs(want), `${value} ${want}`);
        else assert.equal(value, want);
      });
      assert.deepEqual(randomTensor(spec as RandomSpec).data, randomTensor(spec as RandomSpec).data);
    }
  });

  it("refuses random tensors that cannot be", async () => {
    await fault("too-large", () => randomTensor({ random: [2 ** 20, 2 ** 20] }));
    await fault("bad-shape", () => randomTensor({ random: [2 ** 30, 2 ** 30] }));
    for (const [low, high] of [
      [3, 3],
      [0.5, 4],
      [0, 2 ** 40],
    ])
      await fault("bad-value", () => randomTensor({ random: [1], dist: "integers", low, high }));
  });

  it("refuses uniform numbers from more to less", async () => {
    for (const [low, high] of [
      [5, 1],
      [-1e308, 1e308],
    ])
      await fault("bad-value", () => randomTensor({ random: [1], dist: "uniform", low, high }));
    assert.deepEqual(randomTensor({ random: [2], dist: "uniform", low: 3, high: 3 }).data, Float64Array.of(3, 3));
  });

  it("says that normal numbers are NumPy's to the last place but one", () => {
    assert.match(JSON.stringify(layerJsonSchema()), /normal ones within one unit in the last place/);
  });

  it("finds out what separates numbers, whatever their count", () => {
    const values = (text: string) => {
      const { shape, data } = csvTensor(new TextEncoder().encode(text));
      return [...shape, ...(data as Float64Array)]; // csvTensor gives float64
    };
    for (const mark of ["\t", ";", "|", ",", " ", "  ", " , "]) {
      assert.deepEqual(values(`1${mark}2\n3${mark}4\n`), [2, 2, 1, 2, 3, 4], JSON.stringify(mark));
      assert.deepEqual(values(`1${mark}2`), [1, 2, 1, 2], JSON.stringify(mark));
    }
    assert.deepEqual(values("# a, b, c\n1\t2\n3\t4\n"), [2, 2, 1, 2, 3, 4]);
    assert.deepEqual(values("width, in cells;height\n1;2\n"), [1, 2, 1, 2]);
    assert.deepEqual(values('"a;b",c\n1,2\n'), [1, 2, 1, 2]);
    assert.throws(() => values("1;2,5\n3;4\n"), /1:3: a cell is not a number.*"2,5"/);
    assert.throws(() => values("1\t2\n3\t\n"), /2:3: a cell is not a number/);
  });

  it("does not let a number become infinite unheard", () => {
    const notes: string[] = [];
    csvTensor(new TextEncoder().encode("1,2\n-1e999,inf\n"), (text) => notes.push(text));
    assert.deepEqual(notes, ["line 2: -1e999 is beyond float64 and became infinite"]);
    assert.throws(
      () => literalTensor(JSON.parse("[[1, 1e999]]") as unknown[], ["w"]),
      /w\[0\]\[1\]: the number is beyond float64/,
    ); // as parsed
  });

  it("takes nested arrays, with what JSON has no numbers for", () => {
    const value = literalTensor(
      [
        [1, "NaN"],
        ["-Infinity", -0],
        ["Infinity", 5e-324],
      ],
      ["w"],
    );
    assert.deepEqual([value.shape, value.dtype], [[3, 2], "float64"]);
    assert.deepEqual([...value.data], [1, NaN, -Infinity, -0, Infinity, 5e-324]);
    assert.deepEqual(literalTensor([], []).shape, [0]);
    assert.deepEqual(literalTensor([[], []], []).shape, [2, 0]);
    for (const [wrong, path] of [
      [[[1], [2, 3]], "w[1]"],
      [[[1], 2], "w[1]"],
      [[1, [2]], "w[1]"],
      [[[1], [[2]]], "w[1][0]"],
      [[1, null], "w[1]"],
      [[1, "1"], "w[1]"],
      [["nan"], "w[0]"],
      [[true], "w[0]"],
      [[[], [1]], "w[1]"],
    ] as [unknown[], string][])
      assert.throws(
        () => literalTensor(wrong, ["w"]),
        (error: unknown) => error instanceof LiteralError && error.fault.at?.path === path,
        JSON.stringify(wrong),
      );
    let deep: unknown[] = [1];
    for (let i = 0; i < 40; i++) deep = [deep];
    assert.throws(() => literalTensor(deep, ["w"]), /nested too deep/);
  });

  it("reads settings as JSON, as lists, as text", () => {
    const values: [string, unknown][] = [
      ["2", 2],
      ["2,1", [2, 1]],
      [
        "[[1,0],[2,1]]",
        [
          [1, 0],
          [2, 1],
        ],
      ],
      ["same", "same"],
      ["a,b.npy", "a,b.npy"],
      ["", ""],
      ["null", null],
      ["1,", "1,"],
      ["a=b", "a=b"],
      ['"7"', "7"],
    ];
    for (const [text, value] of values) assert.deepEqual(parseOverride(`key=${text}`).value, value, text);
    assert.deepEqual(parseOverride("expected.out=a.npy").path, ["expected", "out"]);
  });

  it("splits keys off archives only", () => {
    assert.deepEqual(splitKey("d/a.npz#k#1"), { path: "d/a.npz", key: "k#1" });
    assert.deepEqual(splitKey("a.SAFETENSORS#"), { path: "a.SAFETENSORS", key: "" });
    for (const path of ["a#b.npy", "a.npz", "x#y", "a.npy#k"]) assert.deepEqual(splitKey(path), { path });
  });

  it("guesses what was meant, and nothing where nothing is near", () => {
    const names = ["input", "weight", "padding", "paddingMode", "stride"];
    const guesses = {
      wieght: "weight",
      Weight: "weight",
      pad: "padding",
      strides: "stride",
      padding_mode: "paddingMode",
      kernel: "weight",
    };
    for (const [wrong, right] of Object.entries(guesses)) assert.equal(closest(wrong, names), right);
    for (const wrong of ["zzz", "", "constructor", "__proto__"]) assert.equal(closest(wrong, names), undefined);
  });

  it("finds keys that stand twice, whatever is in the strings", () => {
    const text = '{"a": {"a": 1, "b": "}{"}, "b": [{"c": 1}, {"c": 2}], "\\u0061": 3}';
    assert.deepEqual(
      findKeyProblems(text).map(({ kind, offset }) => [kind, text.slice(offset, offset + 8)]),
      [["duplicate", '"\\u0061"']],
    );
    assert.deepEqual(lineColumn("a\r\nb\rc\nd", 7), { line: 4, column: 1 });
  });

  it("reads any JSON as JSON.parse does", () =>
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value, null, 1);
        const layer = new LayerText(text);
        if (layer.problems.length === 0) assert.deepEqual(layer.value, JSON.parse(text));
        else assert.match(text, /__proto__/);
      }),
    ));

  it("decodes PNGs as another decoder does", () =>
    fc.assert(
      fc.property(
        fc.record({
          width: fc.integer({ min: 1, max: 20 }),
          height: fc.integer({ min: 1, max: 20 }),
          channels: fc.constantFrom(1, 2, 3, 4),
          depth: fc.constantFrom(8, 16),
          adam7: fc.boolean(),
          seed: fc.nat(),
        }),
        ({ width, height, channels, depth, adam7, seed }) => {
          const count = width * height * channels;
          const data = depth === 8 ? new Uint8Array(count) : new Uint16Array(count);
          for (let i = 0; i < count; i++) data[i] = Math.imul(seed + (i >> 2), 0x9e3779b1) >>> 11;
          const bytes = encodePng(
            { width, height, channels, depth: depth === 8 ? 8 : 16, data },
            { interlace: adam7 ? "Adam7" : "null" },
          );
          const image = decodePng(bytes);
          assert.deepEqual(
            [image.width, image.height, image.channels, [...image.data]],
            [width, height, channels, [...fastPng(bytes).data]],
          );
          assert.deepEqual([...image.data], [...data]);
        },
      ),
    ));

  it("maps channels by what the layer asks for", () => {
    const gray = { width: 2, height: 1, channels: 2, data: Uint8Array.of(51, 0, 255, 102), most: 255 };
    const notes: string[] = [];
    const values = (channels?: "gray" | "rgb" | "rgba") => [
      ...imageTensor(gray, { channels }, "float64", (text) => notes.push(text)).data,
    ];
    assert.deepEqual(values(), [0.2, 1]);
    assert.deepEqual(values("rgb"), [0.2, 1, 0.2, 1, 0.2, 1]);
    assert.equal(notes.length, 2);
    assert.deepEqual(values("rgba"), [0.2, 1, 0.2, 1, 0.2, 1, 0, 0.4]);
    assert.equal(notes.length, 2);
    const opaque = { width: 1, height: 1, channels: 3, data: Uint16Array.of(65_535, 0, 0), most: 65_535 };
    assert.deepEqual(
      [...imageTensor(opaque, { channels: "rgba", scale: "raw" }, "float32").data],
      [65_535, 0, 0, 65_535],
    );
    assert.deepEqual([...imageTensor(opaque, { channels: "gray" }, "float64").data], [0.299]);
  });

  it("has a schema with a description for every key", () => {
    const schema = layerJsonSchema();
    assert.equal(schema.$schema, "http://json-schema.org/draft-07/schema#");
    assert.equal(schema.additionalProperties, false);
    let keys = 0;
    const visit = (node: unknown): void => {
      if (typeof node !== "object" || node === null) return;
      if ("properties" in node)
        for (const [key, value] of Object.entries(node.properties as object)) {
          keys++;
          assert.ok("description" in (value as object) || "anyOf" in (value as object), key);
          assert.match(JSON.stringify(value), /"description"/, key);
        }
      Object.values(node).forEach(visit);
    };
    visit(schema);
    assert.ok(keys > 30);
    for (const text of ['"same-lower"', '"NHWC"', '"HWIO"', '"replicate"', '"rgba"'])
      assert.ok(JSON.stringify(schema).includes(text));
    assert.ok(zlibSync(Buffer.from(JSON.stringify(schema))).length < 8000);
  });
});
