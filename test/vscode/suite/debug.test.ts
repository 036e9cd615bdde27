import assert from "node:assert/strict";
import * as vscode from "vscode";
import { api, closeAll, openText, replaceAll, until, workspaceUri } from "./support";

// x 1×3×32×32, W 16×3×3×3, padding 1: step 187 123 is gemm, n 0, oy 11, ox 17, f 2, c 1, ky 1, kx 1.
const PINNED = 187_123;

interface Frame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
}

describe("the debugger", () => {
  const ended: vscode.DebugSession[] = [];
  let listening: vscode.Disposable;
  before(async () => {
    await api();
    listening = vscode.debug.onDidTerminateDebugSession((session) => void ended.push(session));
  });
  afterEach(async () => {
    await vscode.debug.stopDebugging();
    await until("no session is left", () => vscode.debug.activeDebugSession === undefined);
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
  });
  after(async () => {
    listening.dispose();
    await closeAll();
  });

  const session = async () => (await api()).runner.present!.session;
  const frames = async (): Promise<Frame[]> => {
    const debugged = vscode.debug.activeDebugSession!;
    const { stackFrames } = (await debugged.customRequest("stackTrace", { threadId: 1 })) as { stackFrames: Frame[] };
    return stackFrames;
  };
  /** Until VS Code itself shows a frame: it has heard of the stop. */
  const stopped = () => until("a frame is in front", () => vscode.debug.activeStackItem !== undefined);

  async function debug(configuration: Record<string, unknown>): Promise<void> {
    const program = workspaceUri("colours.conv.json").fsPath;
    const whole = { type: "conv", request: "launch", name: "colours", program, ...configuration };
    assert.ok(await vscode.debug.startDebugging(undefined, whole));
    await stopped();
  }

  it("starts by F5 on a layer file without a launch.json, at the first step, in the panel's own session", async () => {
    await vscode.window.showTextDocument(workspaceUri("colours.conv.json"));
    await vscode.commands.executeCommand("workbench.action.debug.start");
    await stopped();
    assert.equal(vscode.debug.activeDebugSession?.type, "conv");
    assert.equal((await session()).step, 0);
  });

  it("stops at a step, and steps both ways in one position", async () => {
    await debug({ stopAt: PINNED });
    const shared = await session();
    assert.equal(shared.step, PINNED);
    assert.ok((await frames()).length > 1);
    await vscode.commands.executeCommand("workbench.action.debug.stepOver");
    await until("one step on", () => shared.step === PINNED + 1);
    await vscode.commands.executeCommand("workbench.action.debug.stepBack");
    await until("and back", () => shared.step === PINNED);
    await vscode.commands.executeCommand("conv.reverseStepOut");
    await until("out of the taps, backwards", () => shared.step < PINNED);
    // Whoever moves: the debugger follows.
    shared.seek(PINNED);
    await until("the debugger is there, too", async () => (await frames()).some(({ name }) => name.includes("ox 17")));
  });

  it("evaluates as of this step", async () => {
    await debug({ stopAt: PINNED });
    const [{ id: frameId }] = await frames();
    const evaluate = async (expression: string) => {
      const answer: unknown = await vscode.debug.activeDebugSession!.customRequest("evaluate", {
        expression,
        frameId,
        context: "watch",
      });
      return (answer as { result: string }).result;
    };
    assert.equal(await evaluate("oy * 100 + ox"), "1117");
    assert.equal(await evaluate("f == 2 && c == 1"), "true");
  });

  it("stops where a number of the layer file is used", async () => {
    const text =
      '{\n  "input": { "random": [1, 1, 4, 4], "seed": 1 },\n  "weight": [[1, 2],\n             [3, 4]]\n}\n';
    const { document } = await openText("used.conv.json", text);
    const place = new vscode.Location(document.uri, new vscode.Position(3, text.split("\n")[3].indexOf("4")));
    vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(place)]);
    await debug({ program: document.uri.fsPath });
    const { trace, step } = await session();
    const { stage, reads } = trace.at(step);
    assert.equal(stage, "gemm");
    assert.deepEqual(reads.find(({ tensor }) => tensor === "W")?.index, [0, 0, 1, 1]);

    const editor = await vscode.window.showTextDocument(document, { preview: false }); // the listing stood before it
    await replaceAll(editor, text.replace("{\n", "{\n  // the same numbers, one line further down\n"));
    await until("it is saved", async () => (await document.save()) || !document.isDirty);
    const ask = async (command: string, args?: object): Promise<unknown> =>
      vscode.debug.activeDebugSession!.customRequest(command, args);
    const { sources } = (await ask("loadedSources")) as { sources: object[] }; // with paths as VS Code spells them
    const lines = async () => {
      const answer = await ask("breakpointLocations", { source: sources[1], line: 1, endLine: 9 });
      return (answer as { breakpoints: { line: number }[] }).breakpoints.map(({ line }) => line).join();
    };
    await until("the numbers are known where they are now", async () => (await lines()) === "4,4,5,5");
  });

  it("stops at a stage by its name, and ends at the end", async () => {
    vscode.debug.addBreakpoints([new vscode.FunctionBreakpoint("dW")]);
    await debug({});
    const { trace, step } = await session();
    assert.equal(step, trace.steps.spans.dW.start);
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    const before = ended.length;
    await vscode.commands.executeCommand("workbench.action.debug.continue");
    await until(
      "it has ended, or stands at the end",
      async () => ended.length > before || (await session()).step === trace.total - 1,
    );
  });

  it("sets an element, and the layer runs again from there", async () => {
    await debug({ stopAt: "gemm" });
    const shared = await session();
    const before = shared.trace.run.tensors.W.data[0];
    const [{ id: frameId }] = await frames();
    const set: unknown = await vscode.debug.activeDebugSession!.customRequest("setExpression", {
      expression: "W[0, 0, 0, 0]",
      value: "5",
      frameId,
    });
    assert.ok(set);
    assert.equal(await session(), shared);
    assert.notEqual(before, 5);
    assert.equal(shared.trace.run.tensors.W.data[0], 5);
    assert.equal(shared.trace.at(shared.step).stage, "gemm");
  });

  it("ends when another layer is shown", async () => {
    await debug({ stopAt: PINNED });
    const before = ended.length;
    await vscode.commands.executeCommand("conv.runLayer", workspaceUri("edges.conv.json"));
    await until("it has ended", () => ended.length > before);
  });
});
