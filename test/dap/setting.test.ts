import assert from "node:assert/strict";
import { scope, value, variables } from "./reading";
import { Client, numpy } from "./support";

describe("a number that is set", () => {
  it("follows an edited number through the whole run, at the same place", async () => {
    const client = new Client();
    await client.start("numpy", { stopAt: 2699 });
    const tensors = await variables(client, await scope(client, "Tensors"));
    const b = tensors.find(({ name }) => name === "b")?.variablesReference;
    const answer = await client.body<{ value: string }>("setVariable", {
      variablesReference: b,
      name: "[1]",
      value: "104",
    });
    assert.equal(answer.value, "104");
    await client.event("invalidated");
    assert.equal(await value(client, "step"), "2699");
    assert.equal(await value(client, "out[0, 1, 2, 3]"), String(numpy.tensors.out[33] + 100));
    assert.equal(await value(client, "out[0, 0, 2, 3]"), String(numpy.tensors.out[13]));
    // dcol = dout · W: twice the weight, twice that part of the gradient.
    const before = numpy.tensors.W[0];
    await client.body("setExpression", { expression: "W[0, 0, 0, 0]", value: "2 * W[0, 0, 0, 0]" });
    assert.equal(await value(client, "dcol[0, 0]"), String(numpy.tensors.dcol[0] + before * numpy.tensors.dout[0]));
  });

  it("can be read and set where the batch is empty: the tensors that are there", async () => {
    const client = new Client();
    await client.start("empty");
    assert.deepEqual(
      [await value(client, "W[0, 0, 1, 1] + W.sum()"), await value(client, "x.shape"), await value(client, "db[0]")],
      ["14", "[0, 1, 4, 4]", "0"],
    );
    assert.match(await value(client, "W"), /^1×1×2×2 float32, 1 … 4, mean 2.5/);
    for (const nothing of ["stage", "step + 1", "iy", "acc", "out.max()"])
      assert.equal(await value(client, nothing), "nothing yet");
    assert.match(await client.refused("evaluate", { expression: "x[0, 0, 0, 0]" }), /axis 0 of x 0×1×4×4 has no 0/);
    await client.body("setExpression", { expression: "W[0, 0, 1, 1]", value: "W.max() * 2" });
    assert.equal(await value(client, "W[0, 0, -1, -1]"), "8");
  });

  it("cannot be set to what is not there yet", async () => {
    const client = new Client();
    await client.start("numpy");
    const wanted = { expression: "b[0]", value: "out[0, 0, 0, 0]" };
    assert.match(await client.refused("setExpression", wanted), /there is nothing yet/);
    assert.equal(await value(client, "b[0]"), String(numpy.tensors.b[0]));
    await client.body("setExpression", { expression: "b[0]", value: "nan" });
    assert.equal(await value(client, "b[0]"), "NaN");
  });

  it("is refused where its type cannot hold it, and is exact to the bit where it can", async () => {
    const client = new Client();
    await client.start("numpy");
    const set = (text: string) => ({ expression: "b[0]", value: text });
    for (const text of ["3.5e38", "-1e39", "x.max() * 1e300"])
      assert.equal(
        await client.refused("setExpression", set(text)),
        `${text} is beyond the range of float32: expected at most 3.4028235e38 in size. Write inf for an infinity.`,
      );
    assert.equal(await value(client, "b[0]"), String(numpy.tensors.b[0]));
    for (const [text, shown] of [
      ["3.4028235e38", "3.4028235e+38"],
      ["-inf", "-Infinity"],
      ["1 / 0", "Infinity"],
      ["-0", "-0"],
      ["1e-45", "1e-45"],
      ["1e-60", "0"],
      ["16777217", "16777216"],
    ]) {
      await client.body("setExpression", set(text));
      assert.equal(await value(client, "b[0]"), shown, text);
    }
  });
});
