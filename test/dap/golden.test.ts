import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { Transcript, assertGolden } from "./transcript";

const one = { threadId: 1 };
const listing = { path: "/w/numpy.conv.json.py" };
const file = { path: "/w/numpy.conv.json" };

type Frames = NonNullable<P.StackTraceResponse["body"]>;
type Scopes = NonNullable<P.ScopesResponse["body"]>;
type Variables = NonNullable<P.VariablesResponse["body"]>;

/** The reference of a scope of the innermost frame. */
async function scope(talk: Transcript, name: string): Promise<number> {
  const { stackFrames } = await talk.body<Frames>("stackTrace", one);
  const { scopes } = await talk.body<Scopes>("scopes", { frameId: stackFrames[0].id });
  return scopes.find((found) => found.name === name)?.variablesReference ?? 0;
}

async function inside(talk: Transcript, reference: number, name: string, page: object = {}): Promise<number> {
  const { variables } = await talk.body<Variables>("variables", { variablesReference: reference, ...page });
  return variables.find((found) => found.name === name)?.variablesReference ?? 0;
}

/** Scenes of a debug session, each with its committed transcript. */
const scenes: Readonly<Record<string, (talk: Transcript) => Promise<void>>> = {
  life: async (talk) => {
    await talk.start("numpy");
    await talk.ask("threads");
    await talk.ask("loadedSources");
    await talk.ask("source", { sourceReference: 1 });
    await talk.ask("source", { sourceReference: 0, source: file });
    await talk.ask("source", { sourceReference: 99 });
    await talk.ask("restart", { arguments: { program: "/w/numpy.conv.json", stopAt: "dW", set: { stride: 2 } } });
    await talk.ask("loadedSources");
    await talk.ask("restart", { arguments: { program: "/w/nan.conv.json", stopAt: "dW" } });
    await talk.ask("loadedSources");
    await talk.ask("source", { sourceReference: 1 });
    await talk.ask("source", { sourceReference: 2 });
    await talk.ask("restart");
    await talk.ask("terminate");
    await talk.ask("disconnect");
  },

  "run without debugging": async (talk) => {
    await talk.body("initialize", { adapterID: "conv" });
    await talk.body("launch", { program: "/w/numpy.conv.json", noDebug: true });
    await talk.ask("setFunctionBreakpoints", { breakpoints: [{ name: "gemm" }] });
    await talk.ask("configurationDone");
  },

  moves: async (talk) => {
    await talk.start("pin", { stopAt: 187123 });
    await talk.ask("stackTrace", one);
    await talk.ask("stackTrace", { ...one, startFrame: 1, levels: 1 });
    for (const move of [
      "next",
      "stepBack",
      "stepOut",
      "next",
      "stepBack",
      "stepIn",
      "reverseStepOut",
      "reverseStepIn",
    ]) {
      await talk.ask(move, one);
      await talk.ask("evaluate", { expression: "step" });
    }
    const { stackFrames } = await talk.body<Frames>("stackTrace", one);
    for (const { id } of stackFrames.slice(0, 1)) await talk.ask("restartFrame", { frameId: id });
    await talk.ask("restartFrame", { frameId: stackFrames[0].id });
    await talk.ask("continue", one);
    await talk.ask("continue", one);
    await talk.ask("next", one);
    await talk.ask("reverseContinue", one);
    await talk.ask("reverseContinue", one);
    await talk.ask("stepBack", one);
    await talk.ask("pause", one);
  },

  "the forward pass alone": async (talk) => {
    await talk.start("numpy", { stopAt: "gemm", backward: false });
    await talk.ask("setFunctionBreakpoints", { breakpoints: [{ name: "db" }] });
    await talk.ask("next", one);
    await talk.ask("next", one);
    await talk.ask("evaluate", { expression: "step" });
    await talk.ask("reverseContinue", one);
    await talk.ask("continue", one);
    await talk.ask("evaluate", { expression: "step" });
  },

  "an empty batch": async (talk) => {
    await talk.start("empty");
    await talk.ask("stackTrace", one);
    for (const move of ["next", "stepBack", "continue", "reverseContinue"]) await talk.ask(move, one);
    await talk.ask("evaluate", { expression: "1 + 1" });
    await talk.ask("gotoTargets", { source: { sourceReference: 1 }, line: 7 });
    await talk.ask("readMemory", { memoryReference: "out", count: 8 });
  },

  goto: async (talk) => {
    await talk.start("numpy", { stopAt: "gemm" });
    const { targets } = await talk.body<{ targets: P.GotoTarget[] }>("gotoTargets", {
      source: { sourceReference: 1 },
      line: 43,
    });
    await talk.ask("goto", { ...one, targetId: targets[targets.length - 1].id });
    await talk.ask("stackTrace", one);
    await talk.ask("goto", { ...one, targetId: targets[0].id });
    await talk.ask("gotoTargets", { source: { sourceReference: 1 }, line: 1000 });
    await talk.ask("gotoTargets", { source: file, line: 5 });
  },

  variables: async (talk) => {
    await talk.start("numpy", { stopAt: "out[0, 1, 2, 3]" });
    const { stackFrames } = await talk.body<Frames>("stackTrace", one);
    await talk.ask("stepIn", one);
    await talk.ask("scopes", { frameId: stackFrames[0].id });
    await talk.ask("variables", { variablesReference: await scope(talk, "Indices") });
    await talk.ask("variables", { variablesReference: await scope(talk, "Reads and Writes") });
    await talk.ask("variables", { variablesReference: await scope(talk, "Geometry") });
    const tensors = await scope(talk, "Tensors");
    const out = await inside(talk, tensors, "out");
    const image = await inside(talk, out, "[0]", { filter: "indexed", start: 0, count: 1 });
    const plane = await inside(talk, image, "[1]");
    const line = await inside(talk, plane, "[2]");
    await talk.ask("variables", { variablesReference: line });
    await talk.ask("variables", { variablesReference: line, filter: "indexed", start: 2, count: 2 });
    await talk.ask("variables", { variablesReference: line, filter: "indexed", start: 7, count: 2 });
    await talk.ask("variables", { variablesReference: line, filter: "named" });
    await talk.ask("stepOut", one);
    await talk.ask("variables", { variablesReference: line });
  },

  "the running sum": async (talk) => {
    await talk.start("numpy", { stopAt: "out[0, 1, 2, 3]" });
    const sum = await scope(talk, "Running Sum");
    const last = await inside(talk, sum, "[11]");
    await talk.ask("variables", { variablesReference: last });
    await talk.ask("restart", { arguments: { program: "/w/numpy.conv.json", stopAt: "dx[0, 1, 2, 3]" } });
    await inside(talk, await scope(talk, "Running Sum"), "");
  },

  "a million rows": async (talk) => {
    await talk.start("pin", { stopAt: "db" });
    const col = await inside(talk, await scope(talk, "Tensors"), "col");
    const group = await inside(talk, col, "[900 … 999]");
    await inside(talk, group, "", { start: 98, count: 2 });
    await inside(talk, col, "", { filter: "indexed", start: 1022, count: 100 });
    await inside(talk, col, "", { filter: "indexed", start: 0, count: 1024 });
  },

  "other numbers": async (talk) => {
    await talk.start("numpy", { stopAt: "out[0, 1, 2, 3]" }, { supportsMemoryEvent: true });
    await talk.ask("evaluate", { expression: "out[0, 1, 2, 3]" });
    const tensors = await scope(talk, "Tensors");
    const b = await inside(talk, tensors, "b");
    await talk.ask("setVariable", { variablesReference: b, name: "[1]", value: "1004" });
    await talk.ask("evaluate", { expression: "out[0, 1, 2, 3]" });
    await talk.ask("evaluate", { expression: "step" });
    await talk.ask("setVariable", { variablesReference: b, name: "[3]", value: "1" });
    await talk.ask("setVariable", { variablesReference: b, name: "[0]", value: "one" });
    await talk.ask("setVariable", { variablesReference: tensors, name: "out", value: "1" });
    await talk.ask("setVariable", { variablesReference: tensors, name: "W", value: "1" });
    await talk.ask("setExpression", { expression: "W[f, -1, 0, 0]", value: "-W[f, 1, 0, 0] / 3" });
    await talk.ask("setExpression", { expression: "out[0, 0, 0, 0]", value: "1" });
    await talk.ask("setExpression", { expression: "W", value: "1" });
    await talk.ask("evaluate", { expression: "b[1] = 4", context: "repl" });
    await talk.ask("evaluate", { expression: "dout[0, 0, 0, 0] = nan", context: "repl" });
    await talk.ask("evaluate", { expression: "x[0, 0, 0, 0] = ", context: "repl" });
    await talk.ask("evaluate", { expression: "b[1] == 4", context: "repl" });
  },

  "values beside the listing": async (talk) => {
    const beside = async () => {
      const { stackFrames } = await talk.body<Frames>("stackTrace", one);
      for (const { id } of stackFrames) await talk.ask("inlineValues", { frameId: id });
    };
    const hover = (expression: string) => talk.ask("evaluate", { expression, context: "hover" });
    await talk.start("numpy", { stopAt: 0 });
    await beside();
    for (const text of ["x[n, c, iy, ix]", "iy", "col[row, tap]"]) await hover(text);
    await talk.ask("stepOut", one);
    await beside();
    await hover("x[n, c, iy, ix]");
    for (const stage of ["gemm", "db", "dW", "dcol", "col2im"]) {
      await talk.ask("restart", { arguments: { program: "/w/numpy.conv.json", stopAt: stage } });
      await talk.ask("stepIn", one);
      await beside();
      await talk.ask("stepIn", one);
      await beside();
    }
    await hover("dx[n, c, iy, ix]");
    await hover("dcol[row, tap]");
    const reflected = { paddingMode: "reflect", groups: 1 };
    await talk.ask("restart", { arguments: { program: "/w/numpy.conv.json", stopAt: 0, set: reflected } });
    await beside();
    await hover("x[n, c, source(iy, 4), source(ix, 5)]");
    await hover("source(iy, 4)");
    await talk.ask("inlineValues", { frameId: 1 });
  },

  memory: async (talk) => {
    await talk.start("numpy", { stopAt: "out[0, 0, 0, 1]" });
    for (const args of [
      { memoryReference: "b", count: 12 },
      { memoryReference: "b", offset: 4, count: 6 },
      { memoryReference: "b", offset: 2, count: 4 },
      { memoryReference: "b", count: 0 },
      { memoryReference: "b", offset: 8, count: 100 },
      { memoryReference: "b", offset: 12, count: 4 },
      { memoryReference: "b", offset: -4, count: 8 },
      { memoryReference: "out", count: 240 },
      { memoryReference: "dx", count: 160 },
      { memoryReference: "col", offset: 8, count: 16 },
      { memoryReference: "nothing", count: 4 },
    ])
      await talk.ask("readMemory", args);
  },

  completions: async (talk) => {
    await talk.start("numpy");
    for (const text of ["o", "isn", "out[0, 0, o", "out.m", "x[0, 0].", '"ge', 'stage == "', "1.", "zzz", ""])
      await talk.ask("completions", { text, column: text.length + 1 });
    await talk.ask("completions", { text: "step\nac + 1", column: 3, line: 2 });
  },

  evaluate: async (talk) => {
    await talk.start("numpy", { stopAt: "out[0, 1, 2, 3]" });
    const { stackFrames } = await talk.body<Frames>("stackTrace", one);
    for (const expression of [
      "acc",
      "f",
      "stage",
      'stage == "gemm"',
      "out[0, 1, 2, 3]",
      "out[0, 2, 2, 3]",
      "W[f]",
      "W[f, 0, 0, 0]",
      "2 * W[0, 0, 0]",
      "out[0, 2, :, 3]",
      "b + 1",
      "x.shape",
      "out[0, :, 0, 0]",
      "out",
      "out.max()",
      "isnan(acc)",
      "row * 2 + 0.5",
      "out[0, 0, 9, 0]",
      "nothing",
      "constructor",
      "1 +",
      "",
    ])
      await talk.ask("evaluate", { expression, context: "watch", frameId: stackFrames[0].id });
    await talk.ask("evaluate", { expression: "W[0]", context: "clipboard" });
    await talk.ask("evaluate", { expression: "W", context: "clipboard" });
    const found = await talk.body<{ variablesReference: number }>("evaluate", { expression: "-out[0, :, 0]" });
    const plane = await inside(talk, found.variablesReference, "[1]");
    await inside(talk, plane, "");
    await talk.ask("evaluate", { expression: "col", context: "hover" });
    await talk.ask("evaluate", { expression: "def", context: "hover" });
    await talk.ask("evaluate", { expression: "f", frameId: 99 });
  },

  "breakpoints on lines": async (talk) => {
    await talk.start("numpy");
    await talk.ask("breakpointLocations", { source: listing, line: 38, endLine: 46 });
    await talk.ask("setBreakpoints", {
      source: listing,
      breakpoints: [
        { line: 1 },
        { line: 44, condition: "out[0, 0, 0, 0] == 47 && f == 2" },
        { line: 45, hitCondition: "3" },
        { line: 46, logMessage: "out[{n}, {f}, {oy}, {ox}] = {acc} + {b[f]}", condition: "row == 0" },
        { line: 45, condition: "acc >" },
        { line: 45, hitCondition: "often" },
        { line: 9999 },
      ],
    });
    for (let time = 0; time < 4; time++) {
      await talk.ask("continue", one);
      await talk.ask("stackTrace", { ...one, levels: 1 });
    }
    await talk.ask("reverseContinue", one);
    await talk.ask("setBreakpoints", { source: listing, breakpoints: [] });
    await talk.ask("continue", one);
    await talk.ask("setBreakpoints", { source: { path: "/elsewhere.py" }, lines: [3] });
  },

  "breakpoints on numbers of the layer file": async (talk) => {
    await talk.start("numpy");
    await talk.ask("breakpointLocations", { source: file, line: 5, endLine: 5 });
    await talk.ask("setBreakpoints", {
      source: file,
      breakpoints: [{ line: 1 }, { line: 6 }, { line: 6, column: 20 }, { line: 9, column: 15 }, { line: 12 }],
    });
    await talk.ask("continue", one);
    await talk.ask("evaluate", { expression: "f" });
    await talk.ask("setBreakpoints", { source: file, breakpoints: [{ line: 9, column: 15 }] });
    await talk.ask("continue", one);
    await talk.ask("stackTrace", one);
  },

  "breakpoints on stages": async (talk) => {
    await talk.start("numpy");
    await talk.ask("setFunctionBreakpoints", {
      breakpoints: [
        { name: "gemm" },
        { name: "grad_W" },
        { name: "gem" },
        { name: "layer" },
        { name: "col2im", condition: "step < 0" },
      ],
    });
    for (let time = 0; time < 3; time++) await talk.ask("continue", one);
    await talk.ask("reverseContinue", one);
  },

  "data breakpoints": async (talk) => {
    await talk.start("numpy");
    const tensors = await scope(talk, "Tensors");
    const W = await inside(talk, tensors, "W");
    await talk.ask("dataBreakpointInfo", { variablesReference: tensors, name: "out" });
    await talk.ask("dataBreakpointInfo", { variablesReference: W, name: "[1]" });
    await talk.ask("dataBreakpointInfo", { variablesReference: W, name: "[7]" });
    await talk.ask("dataBreakpointInfo", { name: "out[0, 2, :, 5]" });
    await talk.ask("dataBreakpointInfo", { name: "dcol[3]" });
    await talk.ask("dataBreakpointInfo", { name: "step" });
    await talk.ask("dataBreakpointInfo", { name: "0x10", asAddress: true });
    await talk.ask("setDataBreakpoints", {
      breakpoints: [
        { dataId: "out[0, 2, 3, 4]", accessType: "write" },
        { dataId: "W[1]", accessType: "read", hitCondition: "== 2" },
        { dataId: "col[19, -1]", accessType: "readWrite" },
        { dataId: "db", condition: "db[0] < -8" },
        { dataId: "x[0, 0, 0, 0]", accessType: "write" },
        { dataId: "out[0, 2, 9, 4]" },
        { dataId: "nothing[0]" },
      ],
    });
    for (let time = 0; time < 5; time++) {
      await talk.ask("continue", one);
      await talk.ask("stackTrace", { ...one, levels: 1 });
    }
  },

  exceptions: async (talk) => {
    await talk.start("nan");
    await talk.ask("setExceptionBreakpoints", { filters: ["nan", "nam"] });
    await talk.ask("continue", one);
    await talk.ask("exceptionInfo", one);
    await talk.ask("setExceptionBreakpoints", {
      filters: ["overflow"],
      filterOptions: [
        { filterId: "nan", condition: 'stage == "gemm"' },
        { filterId: "infinity", condition: "acc >" },
      ],
    });
    await talk.ask("continue", one);
    await talk.ask("exceptionInfo", one);
    await talk.ask("setExceptionBreakpoints", { filters: ["mismatch"] });
    await talk.ask("continue", one);
    await talk.ask("exceptionInfo", one);
    await talk.ask("next", one);
    await talk.ask("exceptionInfo", one);
  },

  "breakpoints before the launch": async (talk) => {
    await talk.body("initialize", { adapterID: "conv" });
    await talk.ask("setBreakpoints", { source: listing, breakpoints: [{ line: 1 }] });
    await talk.ask("setBreakpoints", { source: { path: "/elsewhere.py" }, breakpoints: [{ line: 1 }] });
    await talk.ask("setFunctionBreakpoints", { breakpoints: [{ name: "im2col" }] });
    await talk.ask("setExceptionBreakpoints", { filters: ["nan"] });
    await talk.body("launch", { program: "/w/numpy.conv.json" });
    await talk.ask("configurationDone");
  },

  "lines and columns from 0": async (talk) => {
    await talk.start("numpy", { stopAt: "gemm" }, { linesStartAt1: false, columnsStartAt1: false });
    await talk.ask("stackTrace", one);
    await talk.ask("setBreakpoints", { source: listing, breakpoints: [{ line: 44 }] });
    await talk.ask("setBreakpoints", { source: file, breakpoints: [{ line: 8, column: 14 }] });
    await talk.ask("breakpointLocations", { source: file, line: 8 });
    await talk.ask("completions", { text: "ou", column: 2 });
  },
};

describe("golden transcripts", () => {
  for (const [name, play] of Object.entries(scenes))
    it(name, async () => {
      const talk = new Transcript();
      await play(talk);
      assertGolden(name.replaceAll(" ", "-"), talk.text);
    });
});
