import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Engine } from "../../src/engine/engine";
import { caseFiles } from "../../src/export/caseFolder";
import { shrink } from "../../src/export/shrink";
import { Planted } from "../unit/diagnose/planted";

const python = process.env.ORACLE_PYTHON ?? "/usr/bin/python3";

/** The tests of a failing case fail, and pass once the implementation that they call is right. */
describe("tests of shrunk cases", () => {
  const table = new Planted("causes");
  const engine = new Engine({ assets: resolve("dist"), threads: 1 });
  const folder = mkdtempSync(join(tmpdir(), "conv-case-"));
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await engine.dispose();
  });

  const run = (file: string) => spawnSync(python, ["-B", join(folder, file)], { encoding: "utf8" });

  for (const [layer, cause, given] of [
    ["plain", "kernel-flipped", "out"],
    ["grouped", "group-channels-reversed", "out"],
    ["plain", "dW-batch-mean", "dW"],
    ["strided", "col2im-assign-taps", "dx"],
  ] as const)
    it(`${layer}, ${cause}: ${given}`, async () => {
      const one = table.find(layer, cause, given);
      const expected = { [given]: table.given(one)[given] };
      const found = await shrink({ name: layer, ...table.inputs(one), expected }, (inputs) => engine.run(inputs));
      for (const [name, bytes] of caseFiles(found)) writeFileSync(join(folder, name), bytes);
      for (const [file, right] of [
        ["test_case.py", given],
        ["test_case_torch.py", `${given}.detach().numpy()`],
      ]) {
        const failing = run(file);
        assert.equal(failing.status, 1, failing.stderr);
        assert.match(failing.stderr, new RegExp(`AssertionError:[^]*${given} is not what this layer gives`));
        const code = readFileSync(join(folder, file), "utf8");
        const mended = code.replace(/^ {4}return np\.load\(.*$/m, `    return ${right}`);
        assert.notEqual(mended, code);
        writeFileSync(join(folder, file), mended);
        const passing = run(file);
        assert.deepEqual([passing.status, passing.stdout], [0, `${given} is right\n`], passing.stderr);
      }
    });
});
