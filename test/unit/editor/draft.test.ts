import assert from "node:assert/strict";
import { ConvError } from "../../../src/base/errors";
import { outShape } from "../../../src/conv/geometry";
import { type Draft, draftGeometry, draftText, newDraft, usualGroups, weightOf } from "../../../src/editor/draft";
import { namedFilters } from "../../../src/editor/filters";
import { paddingSetting, pairSetting, settingText, sizesSetting } from "../../../src/editor/settingText";
import { parseLayerFile } from "../../../src/formats/layerFile";

const named = (name: string) =>
  ({ kind: "planes", planes: namedFilters.find((each) => each.name === name)!.planes }) as const;
const photo = { kind: "image", path: "photo.png", shape: [1, 3, 48, 64] } as const;
const parsed = (draft: Draft) => parseLayerFile(draftText(draft), "new.conv.json").value;

describe("a layer that is being put together", () => {
  it("is a layer file at every moment", () => {
    const layer = parsed(newDraft);
    assert.deepEqual(layer.input, { random: [1, 3, 32, 32], seed: 1 });
    assert.deepEqual(layer.weight, { random: [16, 3, 3, 3], seed: 2 });
    assert.deepEqual(outShape(draftGeometry(newDraft)), [1, 16, 32, 32]);
  });

  it("looks at an image in grey with single planes, in colour with filters of three channels", () => {
    const sobel = { ...newDraft, input: photo, filter: named("Sobel") };
    assert.deepEqual(parsed(sobel).input, { image: "photo.png", channels: "gray" });
    assert.deepEqual(outShape(draftGeometry(sobel)), [1, 2, 48, 64]);
    const colour = { ...newDraft, input: photo };
    assert.equal(parsed(colour).input, "photo.png");
    assert.deepEqual(outShape(draftGeometry(colour)), [1, 16, 48, 64]);
  });

  it("filters every channel of a tensor on its own, or in groups", () => {
    const input = { kind: "tensor", spec: "x.npy", shape: [2, 6, 10, 10] } as const;
    const draft: Draft = { ...newDraft, input, filter: named("Laplacian") };
    assert.equal(usualGroups(draft), 6);
    assert.deepEqual(outShape(draftGeometry(draft)), [2, 6, 10, 10]);
    for (const groups of [1, 2, 3, 6]) {
      const { source, shape } = weightOf({ ...draft, groups });
      assert.deepEqual(shape, [groups, 6 / groups, 3, 3]);
      const filters = source as unknown[][]; // [F][C/groups][kH][kW]
      assert.equal(filters.length, groups);
      assert.equal(filters[0].length, 6 / groups);
    }
    assert.throws(() => draftGeometry({ ...draft, groups: 4 }), /groups 4 does not divide 6 channels/);
  });

  it("takes the groups of a weight from its shape", () => {
    const input = { kind: "tensor", spec: "x.npy", shape: [8, 20, 20] } as const;
    const filter = { kind: "tensor", spec: "w.npz#w", shape: [16, 2, 3, 3] } as const;
    assert.equal(usualGroups({ ...newDraft, input, filter }), 4);
    assert.deepEqual(outShape(draftGeometry({ ...newDraft, input, filter, stride: 2 })), [1, 16, 10, 10]);
  });

  it("writes a selection as it was, with its words for what JSON has no numbers for", () => {
    const values = [
      [1, NaN],
      [-Infinity, 0.1],
    ];
    const input = { kind: "random", shape: [1, 1, 5, 5] } as const;
    const draft: Draft = { ...newDraft, input, filter: { kind: "literal", values, shape: [2, 2] } };
    assert.deepEqual(parsed(draft).weight, [
      [1, "NaN"],
      ["-Infinity", 0.1],
    ]);
  });

  it("keeps arrays together as far as a line holds them", () => {
    const input = { kind: "tensor", spec: "x.npy", shape: [1, 2, 5, 5] } as const;
    const sobel = draftText({ ...newDraft, input, filter: named("Sobel") });
    assert.match(sobel, /\n {4}\[\[\[-1, 0, 1\], \[-2, 0, 2\], \[-1, 0, 1\]\]\],\n/);
    assert.ok(sobel.split("\n").every((line) => line.length <= 100));
  });

  it("says what a bad layer lacks", () => {
    const input = { kind: "random", shape: [1, 1, 2, 2] } as const;
    assert.throws(() => draftGeometry({ ...newDraft, input, padding: 0 }), /kernel is larger than the padded input/);
    const flat = { kind: "tensor", spec: "x.npy", shape: [7] } as const;
    assert.throws(() => draftGeometry({ ...newDraft, input: flat }), /2 to 4 axes/);
  });
});

describe("named filters", () => {
  const sums: Record<string, number[]> = {
    Sobel: [0, 0],
    Laplacian: [0],
    Gaussian: [1],
    Sharpen: [1],
    Box: [1],
    Identity: [1],
  };
  for (const { name, planes } of namedFilters)
    it(`${name} adds up to ${sums[name].join(" and ")}`, () => {
      const found = planes.map((plane) => plane.flat().reduce((sum, value) => sum + value, 0));
      found.forEach((sum, i) => assert.ok(Math.abs(sum - sums[name][i]) < 1e-12, `${sum}`));
    });
});

describe("settings as they are typed", () => {
  it("reads one number, or two", () => {
    assert.equal(pairSetting("stride", "2", 1), 2);
    for (const text of ["2,1", "2 1", "[2, 1]", "(2,1)", "2x1", "2×1"])
      assert.deepEqual(pairSetting("stride", text, 1), [2, 1], text);
    for (const text of ["", "0", "1.5", "-1", "1,2,3", "same", "two", "1e9e"])
      assert.throws(() => pairSetting("stride", text, 1), ConvError, text);
  });

  it("reads padding in all its forms, and writes them so that they are read again", () => {
    const forms = ["same", "same-lower", "valid", 0, 3, [1, 2], [[0, 1], [2, 3]]] as const; // prettier-ignore
    for (const form of forms) assert.deepEqual(paddingSetting(settingText(form)), form);
    assert.deepEqual(paddingSetting("[[0,1],[2,3]]"), [
      [0, 1],
      [2, 3],
    ]);
    for (const text of ["", "full", "-1", "1,2,3", "1,2,3,-4"])
      assert.throws(() => paddingSetting(text), ConvError, text);
  });

  it("reads shapes", () => {
    assert.deepEqual(sizesSetting("shape", "1×3×32×32", [4]), [1, 3, 32, 32]);
    assert.deepEqual(sizesSetting("shape", "1, 3, 32, 32", [4]), [1, 3, 32, 32]);
    assert.throws(() => sizesSetting("shape", "1, 3", [4]), /4 whole numbers/);
    assert.throws(() => sizesSetting("shape", "1, 3, 0, 4", [4]), ConvError);
  });
});
