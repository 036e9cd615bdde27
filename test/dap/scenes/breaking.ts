import { type Scene, file, inside, listing, one, scope } from "./scene";

/** Where it stops. */
export const breaking: Readonly<Record<string, Scene>> = {
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
};
