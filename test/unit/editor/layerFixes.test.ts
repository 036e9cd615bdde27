import assert from "node:assert/strict";
import { applyEdits } from "jsonc-parser";
import { otherFiles } from "../../../src/editor/layerFixes";
import { checkLayer } from "../../../src/editor/layerShapes";
import { npyBytes } from "../../../src/formats/npy";
import { npzBytes } from "../../../src/formats/npz";
import { zeros } from "../../../src/tensor/tensor";
import { MemoryFiles } from "../formats/support";

const files = new MemoryFiles({
  "/w/x_nhwc.npy": npyBytes(zeros("float32", [1, 32, 32, 3])),
  "/w/bank.npz": npzBytes({ weights: zeros("float32", [16, 3, 3, 3]), bias: zeros("float32", [16]) }),
});
const check = (text: string) => checkLayer(files, "/w/a.conv.json", text);

const layer = (settings: string, weight = "[16, 4, 3, 3]") =>
  `{\n  "input": { "random": [1, 16, 8, 8] }, // noise\n  "weight": { "random": ${weight} },\n  ${settings}\n}\n`;

/** Titles of the fixes of the one problem, and the texts that they make. */
async function fixed(text: string): Promise<[title: string, text: string][]> {
  const { problems } = await check(text);
  assert.equal(problems.length, 1);
  return (problems[0].fixes ?? []).map(({ title, edits }) => [title, applyEdits(text, [...edits])]);
}

describe("quick fixes of a layer file", () => {
  const cases: [name: string, text: string, title: string, from: string, to: string][] = [
    ["groups that do not divide", layer('"groups": 3'), 'Set "groups": 4 (out 1×16×6×6)', '"groups": 3', '"groups": 4'],
    ["channels that do not fit", layer('"groups": 2'), 'Set "groups": 4 (out 1×16×6×6)', '"groups": 2', '"groups": 4'],
    [
      "random numbers of the wrong shape",
      layer('"groups": 2'),
      'Set "weight": {"random": [16, 8, 3, 3]} (out 1×16×6×6)',
      "[16, 4, 3, 3]",
      "[16, 8, 3, 3]",
    ],
    [
      "a kernel larger than its input",
      layer('"groups": 4, "dilation": [4, 1]'),
      'Set "padding": [1, 0] (out 1×16×2×6)',
      '  "input"',
      '  "padding": [1, 0],\n  "input"',
    ],
    [
      "too far apart",
      layer('"groups": 4, "dilation": [4, 1]'),
      'Set "dilation": 1 (out 1×16×6×6)',
      '"dilation": [4, 1]',
      '"dilation": 1',
    ],
    [
      "more padding than is there to reflect",
      layer('"groups": 4, "padding": 9, "paddingMode": "reflect"'),
      'Set "paddingMode": "replicate" (out 1×16×24×24)',
      '"reflect"',
      '"replicate"',
    ],
    [
      "a bias that is too short",
      layer('"groups": 4, "bias": [1, 2]', "[3, 16, 3, 3]").replace('"groups": 4', '"groups": 1'),
      "Add zeros to the bias: 3 values",
      "[1, 2]",
      "[1, 2, 0]",
    ],
    ["a misspelt key", layer('"groups": 4, "strde": 2'), 'Change to "stride"', '"strde"', '"stride"'],
    ["a misspelt word", layer('"groups": 4, "padding": "smae"'), 'Change to "same"', '"smae"', '"same"'],
    [
      "axes in another order",
      '{ "input": "x_nhwc.npy", "weight": { "random": [16, 3, 3, 3] } }',
      'Set "layout": {"input": "NHWC"} (out 1×16×30×30)',
      "{ ",
      '{ "layout": { "input": "NHWC" }, ',
    ],
    [
      "a key that the archive does not have",
      '{ "input": { "random": [1, 3, 8, 8] }, "weight": "bank.npz#wieghts" }',
      'Change to "bank.npz#weights"',
      "wieghts",
      "weights",
    ],
  ];
  for (const [name, text, title, from, to] of cases)
    it(`put right ${name}`, async () => {
      const fixes = await fixed(text);
      const found = fixes.find((fix) => fix[0] === title);
      assert.ok(found, `no "${title}" in ${JSON.stringify(fixes.map(([each]) => each))}`);
      assert.equal(found[1], text.replace(from, to));
    });

  it("lead to a layer without problems, every one", async () => {
    let count = 0;
    for (const [, text] of cases)
      for (const [title, after] of await fixed(text)) {
        // The names of an archive are only names.
        if (title.startsWith("Change to")) continue;
        assert.deepEqual((await check(after)).problems, [], title);
        count++;
      }
    assert.ok(count >= 12, String(count));
  });

  it("offer the files that may be meant for one that is not there", async () => {
    const text = '{ "input": { "image": "foto.png" }, "weight": "bnak.npz#weights" }';
    const { problems } = await check(text);
    const paths = ["x_nhwc.npy", "bank.npz", "../old/bank.npz", "photo.png"];
    const made = problems.map((problem) =>
      otherFiles(text, problem, paths).map(({ edits }) => applyEdits(text, [...edits])),
    );
    assert.deepEqual(made[0], [text.replace("foto", "photo")], "an image only");
    assert.deepEqual(made[1].slice(0, 2), [text.replace("bnak", "bank"), text.replace("bnak", "../old/bank")]);
  });
});
