import assert from "node:assert/strict";
import { Place } from "./conv";

describe("conv --help", () => {
  const place = new Place();
  after(() => place.dispose());

  async function help(command: string): Promise<string> {
    const { status, stdout, stderr } = await place.conv([command, "--help"]);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.doesNotMatch(stdout, /default: \[\]/);
    return stdout;
  }

  it("has examples of run", async () => {
    assert.match(await help("run"), /Examples:\n {2}conv run layer\.conv\.json\n/);
  });

  it("lists what an expression may hold, and every example of one can be read", async () => {
    const text = await help("trace");
    for (const name of ["acc", "stage", "row", "ky", "isnan", "sqrt", "mean", "dout[n, f, oy, ox]", '"col2im"'])
      assert.ok(text.includes(name), name);
    const layer = '{"input": {"random": [1, 1, 4, 7]}, "weight": {"random": [3, 1, 2, 2]}}';
    const expressions = [...text.matchAll(/--find '([^']+)'/g)].map(([, expression]) => expression);
    assert.equal(expressions.length, 2);
    for (const expression of [...expressions, "out[0, 2, :, 5].max() > 0", "not f || x[0, 0, 0, 0] % 2 == 0"])
      assert.notEqual((await place.conv(["trace", "-", "--find", expression], layer)).status, 2, expression);
  });
});
