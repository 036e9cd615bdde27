import assert from "node:assert/strict";
import * as vscode from "vscode";
import { outShape, weightShape, xShape } from "../../../src/conv/geometry";
import { stages } from "../../../src/trace/order/stages";
import { closeAll, extension, openSample } from "./support";

const samples = ["edges", "colours", "strides", "depthwise", "digits", "nan"];

describe("samples", () => {
  afterEach(closeAll);

  it("are these six", async () => {
    const folder = vscode.Uri.joinPath(extension.extensionUri, "samples");
    const entries = await vscode.workspace.fs.readDirectory(folder);
    const found = entries.map(([name]) => name).filter((name) => name.endsWith(".conv.json"));
    assert.deepEqual(found.sort(), samples.map((name) => `${name}.conv.json`).sort());
  });

  for (const name of samples)
    it(`${name} opens, runs, and is at its end`, async () => {
      const { run, session, source } = await openSample(`${name}.conv.json`);
      const { geometry: g, tensors } = run;
      assert.deepEqual(tensors.out.shape, outShape(g));
      assert.deepEqual(tensors.dx.shape, xShape(g));
      assert.deepEqual(tensors.dW.shape, weightShape(g));
      assert.equal(session.step, session.trace.total - 1);
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), source?.toString());
      assert.deepEqual(source && vscode.languages.getDiagnostics(source), []);
    });

  for (const name of samples)
    it(`${name} goes through every stage, forwards and backwards, at every depth`, async () => {
      const { session } = await openSample(`${name}.conv.json`);
      const { steps } = session.trace;
      for (const depth of ["tap", "cell", "stage"] as const)
        for (const stage of stages) {
          const { start, count } = steps.spans[stage];
          session.setDepth(depth);
          session.seek(start + Math.floor(count / 2));
          await vscode.commands.executeCommand("conv.step");
          const after = session.step;
          assert.equal(steps.spanAt(after).stage, stage);
          await vscode.commands.executeCommand("conv.step");
          assert.ok(session.step > after || after === session.trace.total - 1, `${stage} ${depth} goes on`);
          if (session.step > after) {
            await vscode.commands.executeCommand("conv.stepBack");
            assert.equal(session.step, after, `${stage} ${depth} comes back`);
          }
        }
      await vscode.commands.executeCommand("conv.toStart");
      assert.equal(session.step, 0);
      await vscode.commands.executeCommand("conv.nextStage");
      assert.equal(session.step, steps.spans.gemm.start);
      await vscode.commands.executeCommand("conv.previousStage");
      assert.equal(session.step, 0);
      await vscode.commands.executeCommand("conv.toEnd");
      assert.equal(session.step, session.trace.total - 1);
    });
});
