import { type Frames, type Scene, file, inside, listing, one, scope } from "./scene";

/** What is shown, and what can be set. */
export const seeing: Readonly<Record<string, Scene>> = {
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
      { memoryReference: "out", count: 300 },
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

  "lines and columns from 0": async (talk) => {
    await talk.start("numpy", { stopAt: "gemm" }, { linesStartAt1: false, columnsStartAt1: false });
    await talk.ask("stackTrace", one);
    await talk.ask("setBreakpoints", { source: listing, breakpoints: [{ line: 44 }] });
    await talk.ask("setBreakpoints", { source: file, breakpoints: [{ line: 8, column: 14 }] });
    await talk.ask("breakpointLocations", { source: file, line: 8 });
    await talk.ask("completions", { text: "ou", column: 2 });
  },
};
