import assert from "node:assert/strict";
import { paletteOf, unpack } from "../../../src/colour/palette";
import type { LastRun } from "../../../src/editor/elementHover";
import { hintsOf } from "../../../src/editor/layerHints";
import { hoverAt } from "../../../src/editor/layerHover";
import { checkLayer } from "../../../src/editor/layerShapes";
import { npyBytes } from "../../../src/formats/npy";
import { zeros } from "../../../src/tensor/tensor";
import { MemoryFiles } from "../formats/support";

const files = new MemoryFiles({ "/w/x_nhwc.npy": npyBytes(zeros("float32", [1, 32, 32, 3])) });
const check = (text: string) => checkLayer(files, "/w/a.conv.json", text);

/** The hover at the first place of `mark` in the text, without its picture. */
async function said(text: string, mark: string, run: LastRun | null = null): Promise<string> {
  const hover = hoverAt(await check(text), text.indexOf(mark), "dark", run);
  return (hover?.markdown ?? "").replace(/\s+$/gm, "").replace(/\n*!\[.*$/s, "");
}

const layer = (settings: string, weight = '{ "random": [4, 2, 3, 2] }') =>
  `{\n  "input": { "random": [2, 4, 7, 8] },\n  "weight": ${weight},\n  ${settings}\n}\n`;

describe("hovers of a layer file", () => {
  it("say a setting's formulas in this layer's numbers", async () => {
    const text = `{ "input": { "random": [1, 3, 32, 32] }, "weight": { "random": [16, 3, 3, 3] }, "padding": "same" }`;
    const padding = await said(text, '"same"');
    assert.match(padding, /top 1, bottom 1, left 1, right 1: x 32×32 becomes 34×34/);
    assert.match(padding, /height: max\(3 − 1, 0\) = 2 = 1 \+ 1\n/);
    assert.match(padding, /oH = floor\(\(32 \+ 1 \+ 1 − 3\) \/ 1\) \+ 1 = 32/);
    assert.match(await said(text, '"weight"'), /3 · 3 · 3 = 27 products\n.*= 16384 cells: 442368 multiply-adds/);
    assert.equal(await said(text, '"padding"'), padding, "on the key as on its value");
  });

  it("say what shape a step in between has, and that it may have another", async () => {
    const text = `{ "input": { "random": [2, 3, 6, 7] }, "weight": { "random": [5, 3, 2, 2] }, "expected": { "col": { "random": [12, 60] } } }`;
    assert.equal(await said(text, '"col"'), "col 60×12, (n, oy, ox) × (c, ky, kx), or any other layout; given 12×60");
    assert.equal(
      await said(text.replace('"col"', '"product"'), '"product"'),
      "product 60×5, (n, oy, ox) × f, or any other layout; given 12×60",
    );
    const { problems } = await check(text.replace('{ "random": [12, 60] }', '"gone.npy"'));
    assert.deepEqual(
      problems.map(({ error, range }) => [error.code, text.slice(0, range.offset).endsWith('"col": ')]),
      [["not-found", true]],
    );
  });

  it("say where the odd cell of same padding goes", async () => {
    const text = (rule: string) => layer(`"padding": "${rule}", "groups": 2`);
    assert.match(await said(text("same"), '"padding"'), /width: max\(2 − 1, 0\) = 1 = 0 \+ 1, the odd one at the end/);
    assert.match(await said(text("same-lower"), '"padding"'), /= 1 = 1 \+ 0, the odd one at the beginning/);
  });

  it("say what padding shows, what dilation spans, and who sees whom", async () => {
    const text = layer('"padding": 1, "dilation": [1, 2], "stride": [2, 1], "groups": 2, "paddingMode": "reflect"');
    assert.equal(
      await said(text, '"reflect"'),
      "before row 0 stand: row 1; after row 6: row 5\nbefore column 0 stand: column 1; after column 7: column 6",
    );
    assert.match(
      await said(text, '"dilation"'),
      /kH' = 1·\(3 − 1\) \+ 1 = 3 rows and kW' = 2·\(2 − 1\) \+ 1 = 3 columns/,
    );
    assert.match(await said(text, '"stride"'), /a window every 2 rows and every 1 column\n/);
    assert.match(
      await said(text, '"groups"'),
      /4 \/ 2 = 2\ngroup 0: filters 0 … 1 see channels 0 … 1\ngroup 1: filters 2 … 3/,
    );
  });

  // Counts: the gradients that PyTorch 1.13 gives for this layer of ones, W.grad[3, 1, 0, 1] and x.grad[1, 2, 0, 1].
  const ones = (...shape: number[]): unknown =>
    Array.from({ length: shape[0] }, () => (shape.length === 1 ? 1 : ones(...shape.slice(1))));
  const settings = '"padding": 1, "dilation": [1, 2], "stride": [2, 1], "groups": 2';

  it("say of a weight which it is, how often it is used, and its gradient", async () => {
    // W[3, 1, 0, 1] is the one 7.
    const weight = JSON.stringify(ones(4, 2, 3, 2)).replace(/1(?=\],\[1,1\],\[1,1\]\]\]\]$)/, "7");
    const text = layer(settings, weight);
    const dW = zeros("float32", [4, 2, 3, 2]);
    dW.data[((3 * 2 + 1) * 3 + 0) * 2 + 1] = 42;
    const run = { tensors: { dW, db: zeros("float32", [4]), dx: zeros("float32", [2, 4, 7, 8]) }, changed: false };
    const words = await said(text, "7],[", run);
    assert.match(words, /^\*\*W\[3, 1, 0, 1\]\*\* = 7\nfilter 3, channel 3 of x \(1 of group 1\), tap \(0, 1\)/);
    assert.match(
      words,
      /used in N · oH · oW = 2 · 4 · 8 = 64 products of out\[:, 3\]: 42 with cells of x, 22 with zeros/,
    );
    assert.match(words, /dW\[3, 1, 0, 1\] = 42, the sum/);
    assert.match(await said(text, "7],[", { ...run, changed: true }), /of the last run, before the text was changed$/);
    assert.match(await said(text, "7],["), /dW\[3, 1, 0, 1\] = the sum .*; known after a run$/);
  });

  it("say of an input and a bias what they reach", async () => {
    const x = JSON.stringify(ones(2, 4, 7, 8)).replace(/\[1,1,/, "[1,7,");
    const text = `{ "input": ${x}, "weight": { "random": [4, 2, 3, 2] }, "bias": [1, 2, 3, 4], ${settings} }`;
    assert.match(
      await said(text, "7,"),
      /^\*\*x\[0, 0, 0, 1\]\*\* = 7\n.*\nin 2 taps of windows, each used by 2 filters: 4 products/,
    );
    assert.match(await said(text, "3, 4]"), /^\*\*b\[2\]\*\* = 3\nadded last to each of the 64 cells of out\[:, 2\]/);
  });

  it("show a filter in the panel's colours, the weight outlined", async () => {
    const text = '{ "input": { "random": [9, 9] }, "weight": [[[[-1, 0], [2, "NaN"]]], [[[5, 6], [7, 8]]]] }';
    const svgOf = async (mark: string) => {
      const hover = hoverAt(await check(text), text.indexOf(mark), "dark", null);
      const data = /base64,([^)]+)\)$/.exec(hover?.markdown ?? "")?.[1] ?? "";
      return Buffer.from(data, "base64").toString();
    };
    const { table, nan } = paletteOf("diverging", "dark");
    const hex = (colour: number) =>
      `fill="#${unpack(colour)
        .map((c) => c.toString(16).padStart(2, "0"))
        .join("")}"`;
    const cells = (await svgOf("-1, 0")).match(/fill="#\w{6}"/g);
    // One scale for all of W: −8 … 8.
    assert.deepEqual(cells, [table[128 - 17], table[128], table[128 + 32], nan].map(hex));
    assert.match(await svgOf("-1, 0"), /fill="none"/);
    const all = await svgOf('"weight"');
    assert.equal(all.match(/<rect/g)?.length, 8);
    assert.doesNotMatch(all, /fill="none"/);
  });

  it("show nothing where the layer is wrong, or nothing is meant", async () => {
    assert.equal(await said(layer('"groups": 3'), '"groups"'), "");
    assert.equal(await said(layer('"groups": 2'), "2, 4, 7"), await said(layer('"groups": 2'), '"input"'));
    assert.equal(await said(layer('"groups": 2'), "\n"), "");
  });
});

describe("inlay hints of a layer file", () => {
  it("are the output's shape, those of files as they are taken, and what same padding comes to", async () => {
    const text = `{\n  "input": "x_nhwc.npy",\n  "layout": { "input": "NHWC" },\n  "weight": { "random": [16, 3, 3, 3] },\n  "padding": "same"\n}`;
    const hints = hintsOf(await check(text)).map((hint) => [text.slice(0, hint.offset).split("\n").at(-1), hint.text]);
    assert.deepEqual(hints, [
      ["{", "out 1×16×32×32"],
      ['  "input": "x_nhwc.npy"', "1×3×32×32"],
      ['  "padding": "same"', "[[1, 1], [1, 1]]"],
    ]);
  });

  it("are none where the layer is wrong", async () => {
    assert.deepEqual(hintsOf(await check('{ "input": "x_nhwc.npy", "weight": [[1]], "groups": 2 }')), []);
    assert.deepEqual(hintsOf(await check("{")), []);
  });
});
