import type { DebugProtocol as P } from "@vscode/debugprotocol";
import * as args from "./arguments";
import { checked, launchSchema } from "./attributes";
import { exceptionFilters } from "./filters";
import { request, unsupported } from "./request";
import { THREAD } from "./stops";

const capabilities: P.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsFunctionBreakpoints: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsDataBreakpoints: true,
  supportsBreakpointLocationsRequest: true,
  supportsExceptionFilterOptions: true,
  exceptionBreakpointFilters: exceptionFilters,
  supportsExceptionInfoRequest: true,
  supportsStepBack: true,
  supportsRestartFrame: true,
  supportsGotoTargetsRequest: true,
  supportsRestartRequest: true,
  supportsTerminateRequest: true,
  supportsCancelRequest: true,
  supportsEvaluateForHovers: true,
  supportsClipboardContext: true,
  supportsCompletionsRequest: true,
  completionTriggerCharacters: [".", "[", '"'],
  supportsSetVariable: true,
  supportsSetExpression: true,
  supportsReadMemoryRequest: true,
  supportsLoadedSourcesRequest: true,
};

/** From the first request to the last. */
export const lifecycle = {
  initialize: request("first", args.initialize, (control, client) => {
    control.client = client;
    return capabilities;
  }),

  // Breakpoints are verified against the run: the client is asked for them as soon as there is one.
  launch: request("unloaded", launchSchema, async (control, attributes, { signal, after }) => {
    await control.launch(attributes, signal);
    after(() => {
      control.send("initialized", undefined);
      control.begin();
    });
  }),

  attach: unsupported("nothing is running that could be attached to; launch a layer file"),

  configurationDone: request("unstarted", args.none, (control, _, { after }) => after(() => control.configured())),

  restart: request("loaded", args.restart, async (control, { arguments: changed }, { command, signal, after }) => {
    await control.restart(changed === undefined ? undefined : checked(launchSchema, changed, command), signal);
    after(() => control.begin());
  }),

  terminate: request("any", args.none, (control, _, { after }) => after(() => control.end())),

  disconnect: request("any", args.none, (control, _, { after }) => after(() => control.end())),

  threads: request("open", args.none, (control) => ({
    threads: control.loaded ? [{ id: THREAD, name: control.program.debuggee.layer.name }] : [],
  })),

  terminateThreads: unsupported("a run is one thread; terminate the session"),
  modules: unsupported("a layer has no modules"),
  stepInTargets: unsupported("there is one way in: from the stage to its cells, and from a cell to its taps"),
  disassemble: unsupported("a layer has no machine code"),
  setInstructionBreakpoints: unsupported("a layer has no machine code"),
  writeMemory: unsupported("elements are set one by one, with setVariable"),
  locations: unsupported("values have no locations"),
  runInTerminal: unsupported("it is for clients to answer"),
  startDebugging: unsupported("it is for clients to answer"),
};
