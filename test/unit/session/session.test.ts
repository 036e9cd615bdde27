import assert from "node:assert/strict";
import { geometryOf } from "../../../src/conv/geometry";
import type { Run } from "../../../src/conv/run";
import { defaultSpec } from "../../../src/conv/spec";
import { Session } from "../../../src/session/session";
import { zeros } from "../../../src/tensor/tensor";
import { stages } from "../../../src/trace/order/stages";

/** A run of zeros: positions do not depend on values. */
function runOf(batch: number, size: number, filters: number): Run {
  const geometry = geometryOf([batch, 1, size, size], [filters, 1, 3, 3], null, defaultSpec);
  const out = [batch, filters, size - 2, size - 2];
  const tensors = {
    x: zeros("float32", [batch, 1, size, size]),
    W: zeros("float32", [filters, 1, 3, 3]),
    b: null,
    out: zeros("float32", out),
    dout: zeros("float32", out),
    dW: zeros("float32", [filters, 1, 3, 3]),
    db: zeros("float32", [filters]),
    dx: zeros("float32", [batch, 1, size, size]),
  };
  const timing = { forwardMs: 0, backwardMs: 0, threads: 1, kernel: "none" };
  return { geometry, arithmetic: { dtype: "float32", fused: false, block: 256 }, tensors, timing };
}

// x 1×1×4×4, W 2×1×3×3: col 4×9. im2col 36, gemm 72, db 8, dW 72, dcol 72, col2im 36 steps.
const starts = { im2col: 0, gemm: 36, db: 108, dW: 116, dcol: 188, col2im: 260 };
const total = 296;

describe("Session", () => {
  it("begins at the end, and tells of each move once", () => {
    const session = new Session(runOf(1, 4, 2));
    assert.deepEqual([session.step, session.depth], [total - 1, "tap"]);
    const heard: number[] = [];
    session.onDidMove(({ step }) => heard.push(step));
    session.seek(40);
    session.seek(40);
    session.move("next");
    session.move("previous");
    assert.deepEqual(heard, [40, 41, 40]);
  });

  it("runs from stage to stage, both ways", () => {
    const session = new Session(runOf(1, 4, 2));
    const visited: number[] = [];
    for (let i = 0; i < 7; i++) {
      session.move("reverseContinue");
      visited.push(session.step);
    }
    assert.deepEqual(visited, [...Object.values(starts)].reverse().concat(0));
    for (let i = 0; i < 6; i++) session.move("continue");
    assert.equal(session.step, total - 1);
  });

  it("moves by the unit of its depth", () => {
    const session = new Session(runOf(1, 4, 2));
    session.move("toStart");
    session.setDepth("cell");
    session.move("next"); // finishes row 0 of im2col
    assert.equal(session.step, 8);
    session.move("next");
    assert.equal(session.step, 17);
    session.move("stepIn");
    assert.deepEqual([session.step, session.depth], [18, "tap"]);
    session.move("stepOut");
    assert.deepEqual([session.step, session.depth], [26, "cell"]);
    session.move("stepOut");
    assert.deepEqual([session.step, session.depth], [35, "stage"]);
  });

  it("refuses a step that is not there and stays", () => {
    const session = new Session(runOf(1, 4, 2));
    session.seek(5);
    for (const step of [-1, total, 1.5, NaN]) assert.throws(() => session.seek(step), { code: "bad-step" });
    assert.equal(session.step, 5);
  });

  it("keeps its place in another run as far as it exists there", () => {
    const session = new Session(runOf(1, 4, 2));
    session.seek(36 + 2 * 18 + 9 + 4); // gemm, row 2 (oy 1, ox 0), filter 1, tap 4
    session.setDepth("cell");
    session.setRun(runOf(1, 5, 3));
    const { stage, indices } = session.trace.at(session.step);
    assert.deepEqual(
      { stage, indices, depth: session.depth },
      {
        stage: "gemm",
        indices: { n: 0, oy: 1, ox: 0, f: 1, c: 0, ky: 1, kx: 1 },
        depth: "cell",
      },
    );
    session.move("toEnd");
    session.setRun(runOf(1, 4, 2));
    assert.equal(session.step, session.trace.total - 1);
  });

  it("stays before the beginning of an empty run", () => {
    const session = new Session(runOf(0, 4, 2));
    session.move("next");
    session.move("toEnd");
    session.move("reverseContinue");
    assert.equal(session.step, -1);
  });

  it("goes to stages", () => {
    const session = new Session(runOf(1, 4, 2));
    for (const stage of stages) {
      session.toStage(stage);
      assert.deepEqual(session.position, { step: starts[stage], depth: "tap" });
    }
    const empty = new Session(runOf(0, 4, 2));
    empty.toStage("dW");
    assert.equal(empty.step, -1);
  });

  it("steps in and out backwards", () => {
    const session = new Session(runOf(1, 4, 2));
    session.setDepth("stage");
    session.seek(107); // gemm is done
    const visited: string[] = [];
    for (const move of ["stepInBack", "stepInBack", "stepOutBack", "stepOutBack"] as const) {
      session.move(move);
      visited.push(`${session.step} ${session.depth}`);
    }
    assert.deepEqual(visited, ["98 cell", "97 tap", "89 cell", "35 stage"]);
  });

  it("goes on with another run at the nearest place, and tells of both", () => {
    const session = new Session(runOf(1, 5, 3));
    const heard: string[] = [];
    session.onDidMove(({ step }) => heard.push(String(step)));
    session.onDidChangeRun((run) => heard.push(`run ${run === session.trace.run} at ${session.step}`));
    const gemm = session.trace.steps.stepAt("gemm", { oy: 2, ox: 2, f: 2, ky: 1, kx: 1 });
    session.seek(gemm);
    session.setRun(runOf(1, 5, 3));
    session.setRun(runOf(1, 4, 2));
    const { indices } = session.trace.at(session.step);
    assert.deepEqual(indices, { n: 0, oy: 1, ox: 1, f: 1, c: 0, ky: 1, kx: 1 });
    const step = starts.gemm + 3 * 18 + 9 + 4;
    assert.deepEqual(heard, [String(gemm), `run true at ${gemm}`, `run true at ${step}`, String(step)]);
  });

  it("goes from the end of one run to the end of another, and through an empty one", () => {
    const session = new Session(runOf(1, 5, 3));
    for (const [run, step] of [
      [runOf(1, 4, 2), total - 1],
      [runOf(0, 4, 2), -1],
      [runOf(1, 4, 2), total - 1],
    ] as const) {
      session.setRun(run);
      assert.equal(session.step, step);
    }
    session.move("toStart");
    session.setRun(runOf(0, 4, 2));
    assert.equal(session.step, -1);
  });

  it("lets a listener move it, and stays silent once disposed", () => {
    const session = new Session(runOf(1, 4, 2));
    const heard: number[] = [];
    session.onDidMove(({ step }) => heard.push(step));
    session.onDidChangeRun(() => session.move("toStart"));
    session.setRun(runOf(1, 5, 3));
    assert.deepEqual(heard, [0]);
    session.dispose();
    session.move("toEnd");
    session.setRun(runOf(1, 4, 2));
    assert.deepEqual(heard, [0]);
  });
});
