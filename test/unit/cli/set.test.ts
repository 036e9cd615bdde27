import assert from "node:assert/strict";
import { type Json, Place } from "./conv";

describe("conv run --set", () => {
  const place = new Place();
  before(() => {
    place.npy(
      "x.npy",
      [1, 4, 6, 7],
      Array.from({ length: 168 }, (_, i) => i % 11),
    );
    place.npy(
      "x2.npy",
      [2, 4, 5, 5],
      Array.from({ length: 200 }, (_, i) => i),
    );
    place.npy(
      "w.npy",
      [4, 4, 3, 3],
      Array.from({ length: 144 }, (_, i) => i % 5),
    );
    place.npy(
      "w2.npy",
      [2, 2, 2, 2],
      Array.from({ length: 16 }, () => 1),
    );
    place.npy(
      "dout.npy",
      [1, 4, 4, 5],
      Array.from({ length: 80 }, () => 2),
    );
    place.layer("a.conv.json", { input: "x.npy", weight: "w.npy", bias: [1, 2, 3, 4], stride: 1 });
  });
  after(() => place.dispose());

  const run = (...set: string[]): Promise<Json> =>
    place.json(["run", "a.conv.json", ...set.flatMap((text) => ["--set", text])]);
  const outOf = (report: Json) => report.get("tensors", "out", "shape");

  it("takes every key", async () => {
    assert.deepEqual(outOf(await run("input=x2.npy")), [2, 4, 3, 3]);
    assert.deepEqual(outOf(await run("weight=w2.npy", "groups=2", "bias=null")), [1, 2, 5, 6]);
    assert.deepEqual((await run("bias=5,6,7,8")).get("tensors", "b", "max"), 8);
    assert.deepEqual(outOf(await run("stride=2")), [1, 4, 2, 3]);
    assert.deepEqual(outOf(await run("stride=2,1")), [1, 4, 2, 5]);
    assert.deepEqual(outOf(await run("padding=1")), [1, 4, 6, 7]);
    assert.deepEqual(outOf(await run("padding=0,2")), [1, 4, 4, 9]);
    assert.deepEqual((await run("padding=[[1,0],[2,3]]")).get("geometry", "padding"), [[1, 0], [2, 3]]); // prettier-ignore
    assert.deepEqual(outOf(await run("padding=same", "stride=2")), [1, 4, 3, 4]);
    assert.deepEqual((await run("padding=same-lower", "stride=2")).get("geometry", "padding"), [[1, 0], [1, 1]]); // prettier-ignore
    assert.deepEqual(outOf(await run("padding=valid")), [1, 4, 4, 5]);
    assert.deepEqual(outOf(await run("dilation=2")), [1, 4, 2, 3]);
    assert.deepEqual(outOf(await run("dilation=1,3")), [1, 4, 4, 1]);
    assert.equal((await run("dtype=float64")).get("tensors", "out", "dtype"), "float64");
    assert.equal((await run("dout=dout.npy")).get("tensors", "db", "max"), 40);
    assert.equal((await run("dout=ones")).get("tensors", "db", "max"), 20);
  });

  it("changes the padding's mode, not its size", async () => {
    const zeros = await run("padding=1");
    const circular = await run("padding=1", "paddingMode=circular");
    assert.deepEqual(outOf(circular), outOf(zeros));
    assert.notDeepEqual(circular.get("tensors", "out", "mean"), zeros.get("tensors", "out", "mean"));
  });

  it("reads layouts", async () => {
    const set = [
      'layout={"input":"NHWC","weight":"HWIO"}',
      'input={"random":[1,6,7,4]}',
      'weight={"random":[3,3,4,2],"seed":1}',
    ];
    assert.deepEqual(outOf(await run(...set, "bias=null")), [1, 2, 4, 5]);
  });

  it("expects what it is told to", async () => {
    await place.json(["run", "a.conv.json", "--out", "out.npz"]);
    assert.equal((await place.conv(["run", "a.conv.json", "--set", 'expected={"out":"out.npz#out"}'])).status, 0);
    const changed = ["--set", 'expected={"out":"out.npz#out"}', "--set", "bias=0,0,0,0"];
    assert.equal((await place.conv(["run", "a.conv.json", ...changed])).status, 1);
  });

  it("lets the last one win", async () => {
    assert.deepEqual(outOf(await run("stride=3", "stride=2")), [1, 4, 2, 3]);
  });

  it("refuses what is no key, and what does not fit it, naming the place", async () => {
    const refused = (text: string) => place.refused(["run", "a.conv.json", "--set", text]);
    assert.match(await refused("strides=2"), /strides/);
    assert.match(await refused("stride=0"), /stride=0.*at least 1.*0/);
    assert.match(await refused("paddingMode=mirror"), /paddingMode=mirror.*zeros.*mirror/);
    assert.match(await refused("stride"), /stride/);
    assert.match(await refused("groups=3"), /groups=3.*3 does not divide 4/);
  });
});
