import assert from "node:assert/strict";
import { loadLayer } from "../../../src/formats/loadLayer";
import { npyBytes } from "../../../src/formats/npy";
import { type Tensor, tensor, transpose } from "../../../src/tensor/tensor";
import { HWIO, NHWC, W, base, counting, files, load, textsOf, x } from "./layerSupport";
import { MemoryFiles, fault } from "./support";

describe("formats: loading a layer", () => {
  it("takes files, comments and trailing commas, with all defaults", async () => {
    const layer = await load('\ufeff{ // a layer\n "input": "x.npy", /* and */ "weight": "W.npy", }'.slice(1));
    assert.equal(layer.name, "a");
    assert.deepEqual(layer.spec, { stride: 1, padding: 0, paddingMode: "zeros", dilation: 1, groups: 1 });
    assert.deepEqual(layer.x, x);
    assert.deepEqual(layer.W, W);
    assert.deepEqual([layer.b, layer.dout, layer.expected, layer.notes], [null, null, {}, []]);
    assert.deepEqual(layer.sources.x, {
      kind: "file",
      file: "/w/x.npy",
      key: undefined,
      shape: [1, 2, 4, 5],
      dtype: "float32",
    });
    assert.deepEqual([layer.geometry.y.out, layer.geometry.x.out], [2, 3]);
  });

  it("takes every form of every setting", async () => {
    const layer = await load({
      ...base,
      bias: [0.5, "NaN", "-Infinity"],
      stride: [2, 1],
      padding: [
        [1, 0],
        [2, 3],
      ],
      paddingMode: "replicate",
      dilation: 1,
      groups: 1,
      dout: { random: [1, 3, 2, 8], seed: 3, dist: "integers" },
    });
    assert.deepEqual(layer.b?.data, Float32Array.of(0.5, NaN, -Infinity));
    assert.deepEqual(
      [layer.geometry.y.begin, layer.geometry.y.end, layer.geometry.x.begin, layer.geometry.x.end],
      [1, 0, 2, 3],
    );
    assert.deepEqual(layer.dout?.shape, [1, 3, 2, 8]);
    assert.ok(layer.dout.data.every((value) => Number.isInteger(value) && value >= -8 && value < 8));
    assert.equal((await load({ ...base, dout: "ones", bias: null })).dout, null);
  });

  it("converts every layout, of every tensor", async () => {
    const out = counting([1, 3, 2, 3]);
    const own = new MemoryFiles(Object.fromEntries(files.contents));
    own.contents.set("/w/out.npy", npyBytes(transpose(out, NHWC)));
    own.contents.set("/w/dx.npy", npyBytes(transpose(x, NHWC)));
    own.contents.set("/w/dW.npy", npyBytes(transpose(W, HWIO)));
    const text = JSON.stringify({
      input: "x_nhwc.npy",
      weight: "W_hwio.npy",
      layout: { input: "NHWC", weight: "HWIO" },
      dout: "out.npy",
      expected: { out: "out.npy", dx: "dx.npy", dW: "dW.npy", db: [[1], [2], [3]] },
    });
    const layer = await loadLayer(own, "/w/a.conv.json", { text });
    assert.deepEqual([layer.x, layer.W, layer.dout], [x, W, out]);
    assert.deepEqual([layer.expected.out, layer.expected.dx, layer.expected.dW], [out, x, W]);
    assert.deepEqual(layer.expected.db, tensor("float64", [3], Float64Array.of(1, 2, 3)));
    assert.equal(layer.notes.length, 1); // db [3, 1] as three values
    const other = await loadLayer(own, "/w/a.conv.json", {
      text,
      set: ["layout.output=NCHW", 'expected={"out":"/w/x.npy"}'],
    }).catch((error: unknown) => error);
    assert.match(String(other), /dout does not fit this layer: expected shape 1×3×2×3 \(NCHW\), found shape 1×2×3×3/);
    const odd = await load({
      ...base,
      input: [[[[1, 2]], [[3, 4]], [[5, 6]]]],
      weight: [[[[1]], [[1]]]],
      layout: { input: "WHNC" },
    });
    assert.deepEqual(
      [odd.x.shape, [...odd.x.data]],
      [
        [1, 2, 3, 1],
        [1, 3, 5, 2, 4, 6],
      ],
    );
  });

  it("reads steps in between as they stand, of any shape, and only where they are asked for", async () => {
    const text = { ...base, expected: { col: "x_nhwc.npy", product: [[[1, 2]]], dcol: "gone.npy" } };
    assert.deepEqual((await load(text)).intermediates, {});
    const set = ["expected.dcol=two.npz#W"];
    const { intermediates, expected, sources } = await load(text, { intermediates: true, set });
    assert.deepEqual(intermediates.col, transpose(x, NHWC));
    assert.deepEqual(intermediates.product, tensor("float64", [1, 1, 2], Float64Array.of(1, 2)));
    assert.deepEqual(intermediates.dcol, W);
    assert.deepEqual(expected, {});
    assert.equal(sources["expected.dcol"]?.file, "/w/two.npz");
    const error = await fault("not-found", () => load(text, { intermediates: true }));
    assert.match(error.message, /^\/w\/gone\.npy: .* \(named in \/w\/a\.conv\.json, 1:\d+, expected\.dcol\)/);
  });

  it("takes dout and expected results as NCHW if only that fits, and says so", async () => {
    const out = counting([1, 3, 2, 3]);
    const own = new MemoryFiles({ ...Object.fromEntries(files.contents), "/w/out.npy": npyBytes(out) });
    const text = JSON.stringify({
      ...base,
      input: "x_nhwc.npy",
      layout: { input: "NHWC" },
      expected: { out: "out.npy" },
    });
    const layer = await loadLayer(own, "/w/a.conv.json", { text });
    assert.deepEqual(layer.expected.out, out);
    assert.deepEqual(textsOf(layer), ["expected.out 1×3×2×3 does not fit as NHWC, so it was taken as NCHW"]);
    const squeezed = await load({
      ...base,
      expected: { out: nested(counting([3, 2, 3])) },
    });
    assert.deepEqual(squeezed.expected.out?.shape, [1, 3, 2, 3]);
    const error = await fault("bad-shape", () => load({ ...base, expected: { out: [[1, 2]] } }));
    assert.deepEqual(error.fault.at?.path, "expected.out");
  });

  it("promotes two and three axes, and says what it assumed", async () => {
    const flat = await load({
      input: "m.csv",
      weight: [
        [1, 2],
        [3, 4],
      ],
    });
    assert.deepEqual(
      [flat.x.shape, flat.W.shape],
      [
        [1, 1, 3, 3],
        [1, 1, 2, 2],
      ],
    );
    assert.deepEqual(textsOf(flat), [
      "input 3×3 was taken as one image of one channel: HW, x is 1×1×3×3",
      "weight 2×2 was taken as one filter on one channel: W is 1×1×2×2",
    ]);
    const hwc = await load({
      input: [[[1, 2]], [[3, 4]], [[5, 6]]],
      weight: [[[[1]], [[1]]]],
      layout: { input: "NHWC" },
    });
    assert.deepEqual(
      [hwc.x.shape, [...hwc.x.data]],
      [
        [1, 2, 3, 1],
        [1, 3, 5, 2, 4, 6],
      ],
    );
    assert.match(textsOf(hwc)[0], /a batch of one: HWC, x is 1×2×3×1/);
    const error = await fault("bad-shape", () => load({ ...base, weight: [[[1]], [[2]]] }));
    assert.match(
      error.message,
      /one filter on 2 channels, or 2 filters on one channel.*\[1, 2, 1, 1\] or \[2, 1, 1, 1\]/,
    );
    for (const input of [[1, 2], [[[[[1]]]]]])
      assert.match((await fault("bad-shape", () => load({ ...base, input }))).message, /axes/);
    assert.match(
      (await fault("bad-shape", () => load({ ...base, weight: [1] }))).message,
      /weight has 1 axis: expected 4 axes OIHW, found shape \(1\)/,
    );
    for (const bias of [[[[1]], [[2]], [[3]]], [[[[1]], [[2]], [[3]]]], [[1, 2, 3]]])
      assert.deepEqual((await load({ ...base, bias })).b?.shape, [3]);
    await fault("bad-shape", () =>
      load({
        ...base,
        bias: [
          [1, 2],
          [3, 4],
        ],
      }),
    );
  });

  it("offers with a note what the file could say instead", async () => {
    const offers = async (layer: object) =>
      (await load(layer)).notes.map(({ instead }) => instead.map(({ path, value }) => `${path.join(".")}=${value}`));
    const planes = { input: nested(counting([2, 3, 2])), weight: [[[[1]], [[1]]]] };
    assert.deepEqual(await offers(planes), [["layout.input=NHWC"]]);
    assert.deepEqual(await offers({ ...planes, layout: { input: "NHWC" } }), [["layout.input=NCHW"]]);
    assert.deepEqual(await offers({ input: "m.csv", weight: [[[[1]]]] }), [[]]);
    assert.deepEqual(await offers({ ...base, weight: "W64.npy" }), [["dtype=float64"]]);
    assert.deepEqual(await offers({ ...base, input: "big.npy" }), [["dtype=float64"]]);
    // What is offered is what helps.
    assert.deepEqual(await offers({ ...base, weight: "W64.npy", dtype: "float64" }), []);
  });

  it("says that a file's axes could be meant otherwise, where nobody has said how they are and both would fit", async () => {
    const either = { input: "either.npy", weight: [[[[1]], [[1]]]] };
    assert.deepEqual((await load(either)).notes, [
      {
        text: "input 1×2×3×2 was taken as NCHW, and would fit as NHWC, too",
        instead: [{ path: ["layout", "input"], value: "NHWC" }],
      },
    ]);
    assert.deepEqual((await load({ ...either, layout: { input: "NCHW" } })).notes, []);
    assert.deepEqual((await load(base)).notes, []);
  });

  it("chooses the dtype by the input, and notes what rounding costs", async () => {
    assert.equal((await load(base)).x.dtype, "float32");
    const wide = await load({ ...base, input: "x64.npy" });
    assert.deepEqual([wide.x.dtype, wide.W.dtype, wide.notes], ["float64", "float64", []]);
    const rounded = await load({ ...base, weight: "W64.npy" });
    assert.equal(rounded.W.dtype, "float32");
    assert.match(textsOf(rounded)[0], /^W is float64 and was rounded to float32/);
    assert.equal((await load({ ...base, weight: "W64.npy", dtype: "float64" })).notes.length, 0);
    const text = await load({ input: "m.csv", weight: [[0.1]], dtype: "float64" });
    assert.deepEqual([text.x.data[8], text.W.data[0]], [9.1, 0.1]);
    assert.equal((await load({ input: "m.csv", weight: [[0.1]] })).W.data[0], Math.fround(0.1));
    const overflow = await load('{"input": [[1, -1e39], [-0, 1e-45]], "weight": [[1]]}');
    assert.match(textsOf(overflow).at(-1) ?? "", /^x\[0, 0, 0, 1\] = -1e\+39 overflows float32/);
    assert.ok(Object.is(overflow.x.data[2], -0) && overflow.x.data[3] === 2 ** -149);
    assert.match(
      textsOf(await load({ ...base, input: "big.npy" }))[0],
      /^x\[0, 0, 0, 0\] = 16777217 is not exact in float32/,
    );
    assert.deepEqual((await load({ ...base, input: "big.npy", dtype: "float64" })).notes, []);
  });

  it("takes images as the layer needs them", async () => {
    const weight = { random: [1, 3, 3, 3] };
    const bare = await load({ input: "photo.png", weight });
    assert.deepEqual(bare.x.shape, [1, 3, 13, 10]);
    assert.match(textsOf(bare)[0], /^input: the alpha channel was dropped/);
    assert.equal(bare.sources.x?.kind, "image");
    assert.ok(bare.x.data.every((value) => value >= 0 && value <= 1));
    const rgba = await load({
      input: { image: "photo.png", channels: "rgba" },
      weight: { random: [1, 4, 3, 3] },
      layout: { input: "NHWC" },
    });
    assert.deepEqual([rgba.x.shape, rgba.notes], [[1, 4, 13, 10], []]);
    const gray = await load({ input: { image: "photo.png", channels: "gray", scale: "raw" }, weight: [[1]] });
    const [r, g, b] = [0, 1, 2].map((channel) => bare.x.data[channel * 130] * 255);
    assert.ok(Math.abs(gray.x.data[0] - (0.299 * r + 0.587 * g + 0.114 * b)) < 1e-4);
    const deep = await load({ input: "gray16.png", weight: [[1]] });
    assert.deepEqual([deep.x.shape, deep.x.data[1]], [[1, 1, 13, 10], Math.fround((11 * 257) / 65535)]);
    const three = await load({ input: { image: "gray16.png", channels: "rgb", scale: "raw" }, weight });
    assert.deepEqual([three.x.data[1], three.x.data[131], three.x.data[261]], [11 * 257, 11 * 257, 11 * 257]);
    await fault("bad-magic", () => load({ ...base, input: { image: "x.npy" } }));
  });

  it("asks for a key only where there are several tensors", async () => {
    assert.deepEqual((await load({ input: "one.npz", weight: "two.npz#W" })).x, x);
    const error = await fault("bad-key", () => load({ input: "two.npz", weight: "W.npy" }));
    assert.match(
      error.message,
      /^\/w\/two\.npz: the archive holds 2 tensors: expected one of #x, #W \(named in \/w\/a\.conv\.json, 1:10/,
    );
  });

  it("puts settings over the file's, dotted ones too", async () => {
    const options = { set: ["stride=2,1", "padding=same", "layout.input=NHWC", "input=x_nhwc.npy", "dtype=float64"] };
    const layer = await load(base, options);
    assert.deepEqual(layer.spec.stride, [2, 1]);
    assert.deepEqual([layer.spec.padding, layer.x.dtype], ["same", "float64"]);
    assert.deepEqual([...layer.x.data], [...x.data]);
    assert.equal((await load({ ...base, bias: [1, 2, 3] }, { set: ["bias=null"] })).b, null);
    assert.deepEqual(
      (await load("{}", { set: ['input={"random":[1,1,3,3]}', "weight=[[1,2],[3,4]]", "padding=1"] })).W.shape,
      [1, 1, 2, 2],
    );
    const wrong = await fault("bad-layer", () => load(base, { set: ["stride=0"] }));
    assert.match(wrong.message, /--set stride=0: "stride" cannot be this: expected a number of at least 1, found 0/);
    assert.match(
      (await fault("bad-key", () => load(base, { set: ["strid=2"] }))).message,
      /--set strid=2.*Did you mean "stride"/,
    );
    const geometry = await fault("bad-geometry", () => load(base, { set: ["groups=7"] }));
    assert.match(geometry.message, /^\/w\/a\.conv\.json, --set groups=7: groups 7 does not divide 3 filters/);
    const missing = await fault("not-found", () => load(base, { set: ["input=no.npy"] }));
    assert.match(
      missing.message,
      /^\/w\/no\.npy: there is no such file \(named in \/w\/a\.conv\.json, --set input=no\.npy\)/,
    );
    for (const set of ["stride", "=3", "a..b=1", "__proto__.x=1"])
      await fault("bad-usage", () => load(base, { set: [set] }));
  });

  it("starts from another folder if told, as for standard input", async () => {
    const layer = await loadLayer(files, "-", { text: JSON.stringify(base), folderOf: "/w/-" });
    assert.deepEqual(layer.x, x);
    await fault("not-found", () => load(base, { folderOf: "/elsewhere/-" }));
  });
});

function nested({ shape, data }: Tensor): unknown[] {
  const [planes, rows, columns] = shape;
  return Array.from({ length: planes }, (_, c) =>
    Array.from({ length: rows }, (_, y) =>
      Array.from({ length: columns }, (_, x) => Number(data[(c * rows + y) * columns + x])),
    ),
  );
}
