import { once } from "node:events";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { ProtocolServer } from "@vscode/debugadapter/lib/protocol";
import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { nodeFiles } from "../base/nodeFiles";
import type { CommandResult } from "../cli";
import { DebugAdapter } from "../debug/adapter";
import { overridesOf } from "../debug/attributes";
import type { Debuggee, Launch } from "../debug/debuggee";
import { Engine } from "../engine/engine";
import { loadLayer } from "../formats/loadLayer";
import { decodeText } from "../formats/source";
import { Session } from "../session/session";
import { framed } from "./framing";
import { affordable, inputsOf } from "./layer";
import { type EngineFlags, engineOptions } from "./options";
import { namingFile } from "../base/errors";

/** `conv dap`: the debug adapter over standard input and output, until the client has gone. */
export async function dapCommand(flags: EngineFlags): CommandResult {
  const engine = new Engine({ assets: __dirname, ...engineOptions(flags) });
  const adapter = new DebugAdapter(launchWith(engine, flags), drained);
  try {
    await new Server(adapter).serve();
  } finally {
    adapter.dispose();
    await engine.dispose();
    process.stdin.destroy();
  }
  return { ok: true };
}

/** What the client does not read waits in memory. */
async function drained(): Promise<void> {
  if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
}

/** Reads a layer file, runs it, and makes a session of its own. */
function launchWith(engine: Engine, flags: EngineFlags): Launch {
  const files = nodeFiles();
  return async (attributes, { signal, onProgress }): Promise<Debuggee> => {
    const path = resolve(attributes.program);
    const text = await namingFile(path, async () => decodeText(await files.read(path)));
    const layer = await loadLayer(files, path, { text, set: overridesOf(attributes) });
    affordable(layer, flags);
    const session = new Session(await engine.run(inputsOf(layer), { signal, onProgress }));
    session.breakpoints.expected = { tensors: layer.expected };
    return {
      session,
      layer,
      text,
      rerun: async (inputs, work) => session.setRun(await engine.run(inputs, work)),
      dispose: () => session.dispose(),
    };
  };
}

/** One line for whoever looks after the client: it is answered by number only, and what is no message has none. */
function complain(what: string): void {
  process.stderr.write(`conv dap: standard input: ${what}\n`);
}

/** Numbering is the library's. */
class Server extends ProtocolServer {
  readonly #adapter: DebugAdapter;

  constructor(adapter: DebugAdapter) {
    super();
    this.#adapter = adapter;
  }

  override handleMessage(message: P.ProtocolMessage): void {
    this.#adapter.handleMessage(message);
  }

  /** Resolves when the client has disconnected, or closed its end; what it asked for before is answered. */
  serve(): Promise<void> {
    return new Promise((done) => {
      this.#adapter.onDidSendMessage((message) => {
        // The library gives numbers of its own, and takes one that has a number for one that was sent.
        if (message.type === "event") this.sendEvent({ ...(message as P.Event), seq: 0 });
        else this.sendResponse({ ...(message as P.Response), seq: 0 });
        if (message.type === "response" && (message as P.Response).command === "disconnect")
          done(this.#adapter.settled());
      });
      this.on("close", () => done(this.#adapter.settled()));
      this.on("error", ({ body }: P.Event) => complain(String(body)));
      this.start(Readable.from(framed(process.stdin, complain)), process.stdout);
    });
  }
}
