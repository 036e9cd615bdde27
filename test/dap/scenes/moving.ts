import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { type Frames, type Scene, file, one } from "./scene";

/** From the first request to the last, and the ways through a run. */
export const moving: Readonly<Record<string, Scene>> = {
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
};
