import assert from "node:assert/strict";
import { Place } from "./conv";

// x 1…12 as 3×4 under the kernel [[1, 2], [3, 5]], worked out by hand: 1·a + 2·b + 3·c + 5·d, and flipped: 5·a + 3·b + 2·c + 1·d.
const layer = {
  input: [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
    [9, 10, 11, 12],
  ],
  weight: [
    [1, 2],
    [3, 5],
  ],
};
const right = [
  [50, 61, 72],
  [94, 105, 116],
];
const flipped = [
  [27, 38, 49],
  [71, 82, 93],
];

describe("conv explain", () => {
  const place = new Place();
  before(() => {
    const wanted = (name: string, out: unknown, more: object = {}) =>
      place.layer(`${name}.conv.json`, { ...layer, ...more, expected: { out } });
    wanted("right", right);
    wanted("flipped", flipped);
    wanted(
      "near",
      right.map((row) => row.map((value) => value * (1 + 1e-7))),
      { dtype: "float32" },
    );
    wanted(
      "odd",
      right.map((row) => row.map((value) => value ** 2)),
    );
    wanted("padded", [
      [5, 13, 21, 29, 12],
      [27, 50, 61, 72, 28],
      [55, 94, 105, 116, 44],
      [18, 29, 32, 35, 12],
    ]);
    place.layer("none.conv.json", layer);
  });
  after(() => place.dispose());

  it("names the cause, with its evidence and a line for each framework, and fails (1)", async () => {
    const { status, stdout, stderr } = await place.conv(["explain", "flipped.conv.json"]);
    assert.deepEqual([status, stderr], [1, ""]);
    assert.match(
      stdout,
      /^out: differs by up to 23 at \[0, 0, 0, 0\] \(rounding explains up to [^)]+\)\n\ncause: the kernel flipped on both axes/,
    );
    assert.match(stdout, /explains out: what remains is 0, within rounding/);
    for (const line of [
      "PyTorch     W = W.flip(2, 3)",
      "TensorFlow  W = tf.reverse(W, [0, 1])",
      "NumPy       W = W[:, :, ::-1, ::-1]",
    ])
      assert.ok(stdout.includes(line), line);
    const report = await place.json(["explain", "flipped.conv.json"], 1);
    assert.equal(report.get("answer"), "explained");
    assert.equal(report.get("tied"), 1);
    assert.equal(report.get("explanations", 0, "causes", 0, "id"), "kernel-flipped");
    assert.deepEqual(report.get("explanations", 0, "explains"), ["out"]);
    assert.equal(report.get("symptoms", 0, "verdict"), "differs");
  });

  it("is done (0) where all is equal, or differs by rounding only, with the bound", async () => {
    assert.equal((await place.json(["explain", "right.conv.json"])).get("answer"), "equal");
    assert.equal((await place.json(["explain", "near.conv.json"])).get("answer"), "rounding");
    assert.match(
      (await place.conv(["explain", "near.conv.json"])).stdout,
      /^out: rounding only \(largest error \S+; bound \S+\)\n$/,
    );
  });

  it("explains a size before any value", async () => {
    const { status, stdout } = await place.conv(["explain", "padded.conv.json"]);
    assert.equal(status, 1);
    assert.match(
      stdout,
      /^out: the size is 1×1×2×3, expected 1×1×4×5\n {2}height floor\(\(3 \+ 0 \+ 0 − 2\) \/ 1\) \+ 1 = 2, width/,
    );
    assert.match(
      stdout,
      / {2}this size comes of height floor\(\(3 \+ 1 \+ 1 − 2\) \/ 1\) \+ 1 = 4, width.*; padding larger by one/,
    );
    assert.match(stdout, /\ncause: .*\n( {3}or: .*\n)* {3}or: padding larger by one on every side\n {2}explains out/);
  });

  it("says that no hypothesis fits", async () => {
    const { status, stdout } = await place.conv(["explain", "odd.conv.json"]);
    assert.equal(status, 1);
    assert.match(stdout, /\n\nno hypothesis fits out/);
    assert.doesNotMatch(stdout, /cause:/);
    assert.equal((await place.json(["explain", "odd.conv.json"], 1)).get("answer"), "unexplained");
  });

  it("names the first stage that differs, given steps in between", async () => {
    const rows = [
      [1, 2, 5, 6],
      [2, 3, 6, 7],
      [3, 4, 7, 8],
      [5, 6, 9, 10],
      [6, 7, 10, 11],
      [7, 8, 11, 12],
    ];
    place.npy("col.npy", [6, 4], rows.flat());
    place.npy("product.npy", [6, 1], flipped.flat());
    const steps = ["--col", "col.npy", "--product", "product.npy"];
    const { status, stdout } = await place.conv(["explain", "none.conv.json", ...steps]);
    assert.equal(status, 1);
    assert.match(stdout, /^col: equal\nproduct: differs by up to 23 at \[0, 0\]\n\nfirst to differ: product\n\n/);
    assert.match(stdout, /\ncause in product: the kernel flipped on both axes.*\n {2}PyTorch {5}W = W.flip\(2, 3\)/);
    const report = await place.json(["explain", "flipped.conv.json", ...steps], 1);
    assert.deepEqual(report.get("first"), { forward: "product", backward: null });
    assert.equal(report.get("answer"), "explained");
    assert.equal(report.get("stages", 2, "stage"), "out");
    assert.equal((await place.conv(["explain", "none.conv.json", "--col", "col.npy"])).status, 0);
    // The layer file may name them, too, beside itself; what the command line names counts for more.
    const named = { ...layer, expected: { col: "col.npy", product: "product.npy" } };
    place.layer("named.conv.json", named);
    assert.equal((await place.conv(["explain", "named.conv.json"])).stdout, stdout);
    place.npy("right.npy", [6, 1], right.flat());
    assert.match(
      (await place.conv(["explain", "named.conv.json", "--product", "right.npy"])).stdout,
      /^col: equal\nproduct: equal\n\nno stage differs/,
    );
    assert.match(
      await place.refused(["explain", "none.conv.json", "--dcol", "gone.npy"]),
      /gone\.npy: there is no such file/,
    );
  });

  it("takes settings, and refuses (2) a layer that expects nothing", async () => {
    const set = ["--set", "padding=1"];
    assert.equal((await place.json(["explain", "padded.conv.json", ...set])).get("answer"), "equal");
    assert.match(await place.refused(["explain", "none.conv.json"]), /nothing to compare with.*expected.*or with col/);
  });
});
