import assert from "node:assert/strict";
import { api, closeAll, openSample, until } from "./support";

/** The whole tree as text: "out|1×16×…" and under it "  H  32|floor(…)". */
async function tree(): Promise<string[]> {
  const { shapes } = await api();
  const line = (node: Parameters<typeof shapes.getTreeItem>[0]) => {
    const { label, description } = shapes.getTreeItem(node);
    return `${typeof label === "string" ? label : label?.label}|${description}`;
  };
  return shapes
    .getChildren()
    .flatMap((node) => [line(node), ...shapes.getChildren(node).map((child) => `  ${line(child)}`)]);
}

describe("Conv Shapes", () => {
  afterEach(closeAll);

  it("derives every size with the layer's own numbers", async () => {
    const { run } = await openSample("strides.conv.json");
    const { y, x } = run.geometry;
    const lines = await tree();
    const named = lines.filter((line) => !line.startsWith(" ")).map((line) => line.split("|")[0]);
    assert.deepEqual(named, [
      "x",
      "W",
      ...(run.tensors.b ? ["b"] : []),
      "col",
      "out",
      "dout",
      "db",
      "dW",
      "dcol",
      "dx",
    ]);
    const height = `  H  ${y.out}|floor((${y.size} + ${y.begin} + ${y.end} − ${y.extent}) / ${y.stride}) + 1 = ${y.out}`;
    const width = `  W  ${x.out}|floor((${x.size} + ${x.begin} + ${x.end} − ${x.extent}) / ${x.stride}) + 1 = ${x.out}`;
    assert.ok(lines.includes(height), lines.join("\n"));
    assert.ok(lines.includes(width), lines.join("\n"));
  });

  it("follows the position", async () => {
    const { session } = await openSample("edges.conv.json");
    const { gemm } = session.trace.steps.spans;
    const state = async (tensor: string) =>
      (await tree())
        .find((line) => line.startsWith(`${tensor}|`))
        ?.split(" · ")
        .slice(1, -1)
        .join();
    assert.deepEqual([await state("x"), await state("out"), await state("dx")], ["", "", ""]);
    session.seek(gemm.start + gemm.count / 2);
    await until("half of out", async () => (await state("out")) === "50 % written");
    assert.deepEqual([await state("x"), await state("col"), await state("dW")], ["", "", "not yet written"]);
    session.seek(0);
    assert.equal(await state("out"), "not yet written");
  });

  it("counts what is not a number", async () => {
    const { run } = await openSample("nan.conv.json");
    const nan = [...run.tensors.out.data].filter(Number.isNaN).length;
    assert.ok(nan > 0);
    const lines = await tree();
    const out = lines.slice(lines.findIndex((line) => line.startsWith("out|")));
    assert.equal(
      out.find((line) => line.startsWith("  NaN")),
      `  NaN  ${nan}|not a number`,
    );
  });
});
