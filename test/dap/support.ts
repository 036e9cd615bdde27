import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { referenceBackward, referenceForward } from "../../src/conv/reference";
import type { Run, RunInputs } from "../../src/conv/run";
import { DebugAdapter } from "../../src/debug/adapter";
import { overridesOf } from "../../src/debug/attributes";
import type { Launch } from "../../src/debug/debuggee";
import type { Listings } from "../../src/debug/listings";
import { loadLayer } from "../../src/formats/loadLayer";
import { Session } from "../../src/session/session";
import { toCompute, zeros } from "../../src/tensor/tensor";
import { MemoryFiles } from "../unit/formats/support";
import { assertValid } from "./schema";

/** Layers of whole numbers whose every tensor NumPy has worked out: makeStages.py. `numpy` is the first of them. */
interface Numpy {
  readonly total: number;
  readonly layer: {
    x: number[];
    W: number[];
    stride: number[];
    padding: number[][];
    mode: string;
    dilation: number[];
    groups: number;
  };
  readonly tensors: Readonly<Record<string, number[]>>;
}
const stagesFile = new URL("../fixtures/stages/stages.json", import.meta.url);
export const numpyLayers = JSON.parse(readFileSync(stagesFile, "utf8")) as Numpy[]; // the script's own output
export const numpy = numpyLayers[0];

export const nested = (shape: readonly number[], data: readonly number[]): unknown =>
  shape.length === 1
    ? data
    : Array.from({ length: shape[0] }, (_, i) => {
        const size = data.length / shape[0];
        return nested(shape.slice(1), data.slice(i * size, (i + 1) * size));
      });

const { layer, tensors } = numpy;
const filters = (nested(layer.W, tensors.W) as number[][][][]).map((filter) => `    ${JSON.stringify(filter)}`);

/** Layer files by name. The lines of "numpy" matter: there are breakpoints on its numbers. */
export const layers: Readonly<Record<string, string>> = {
  "/w/numpy.conv.json": `{
  // x 1×2×4×5, W 3×2×3×2
  "input": ${JSON.stringify(nested(layer.x, tensors.x))},
  "weight": [
${filters.join(",\n")}
  ],
  "bias": [6, 4, 9],
  "padding": ${JSON.stringify(layer.padding)},
  "dout": ${JSON.stringify(nested([1, 3, 4, 5], tensors.dout))}
}
`,
  // The pin: 1 398 784 steps, of which 187 123 is gemm, n 0, oy 11, ox 17, f 2, c 1, ky 1, kx 1.
  "/w/pin.conv.json": `{
  "input": { "random": [1, 3, 32, 32], "seed": 1, "dist": "integers" },
  "weight": { "random": [16, 3, 3, 3], "seed": 2, "dist": "integers" },
  "padding": 1
}
`,
  // out[0, 0, 0, 1] is the first to meet NaN: at ky 0, kx 1, that is step 8 + 2·… in gemm.
  "/w/nan.conv.json": `{
  "input": [[1, 2, "NaN", 4], [5, 6, 7, 8], [9, 10, 11, 12]],
  "weight": [[1, 2], [3, 4]],
  "expected": { "out": [[[[44, 54, 0], [84, 94, 104]]]] }
}
`,
  "/w/empty.conv.json": '{ "input": { "random": [0, 1, 4, 4] }, "weight": [[1, 2], [3, 4]] }',
  "/w/broken.conv.json": '{ "input": [[1, 2], [3, 4]], "weight": [[1, 2, 3], [4, 5, 6], [7, 8, 9]] }',
};

/** A run in plain loops: of whole numbers, every sum is exact in whatever order it is taken. */
function runOf({ geometry, x, W, b, dout: given }: RunInputs): Run {
  const dtype = x.dtype;
  const plain = referenceForward(geometry, x.data, W.data, b?.data ?? null);
  const dout = given ?? { ...zeros(dtype, plain.shape), data: zeros(dtype, plain.shape).data.fill(1) };
  const { dx, dW, db } = referenceBackward(geometry, x.data, W.data, dout.data);
  const to = (tensor: typeof plain) => toCompute(tensor, dtype);
  return {
    geometry,
    arithmetic: { dtype, fused: false, block: 8 },
    tensors: { x, W, b, out: to(plain), dout, dW: to(dW), db: to(db), dx: to(dx) },
    timing: { forwardMs: 0, backwardMs: 0, threads: 1, kernel: "reference" },
  };
}

/** A host without files and threads. */
export const launch: Launch = async (attributes, { signal, onProgress }) => {
  const files = new MemoryFiles(layers);
  const text = layers[attributes.program] ?? "";
  const layer = await loadLayer(files, attributes.program, { set: overridesOf(attributes) });
  onProgress(0.5);
  signal.throwIfAborted();
  const session = new Session(runOf(layer));
  session.breakpoints.expected = { tensors: layer.expected };
  const rerun = async (inputs: RunInputs) => {
    await Promise.resolve();
    session.setRun(runOf(inputs));
  };
  return { session, layer, text, rerun, dispose: () => session.dispose() };
};

/** After these, something else than the answer is waited for. */
const running = new Set(["continue", "reverseContinue", "configurationDone", "restart"]);

/** Speaks to an adapter, and holds every message that it sends to the protocol's schema. */
export class Client {
  readonly adapter: DebugAdapter;
  readonly received: P.ProtocolMessage[] = [];
  /** The session, as another view of it has it. */
  session: Session | undefined;
  #seq = 0;
  #waiting: (() => void)[] = [];
  #read = 0;

  constructor(host: Launch = launch, drained?: () => Promise<void>, listings?: Listings) {
    this.adapter = new DebugAdapter(
      async (attributes, work) => {
        const debuggee = await host(attributes, work);
        this.session = debuggee.session;
        return debuggee;
      },
      drained,
      listings,
    );
    this.adapter.onDidSendMessage((message) => {
      const plain = JSON.parse(JSON.stringify(message)) as P.ProtocolMessage; // as it crosses a pipe
      assertValid(plain);
      assert.equal(plain.seq, this.received.length + 1, "messages are numbered one after the other");
      this.received.push(plain);
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  /** Sends a request, without waiting. */
  send(command: string, args?: object): number {
    const seq = ++this.#seq;
    this.adapter.handleMessage({ seq, type: "request", command, ...(args && { arguments: args }) });
    return seq;
  }

  async answerTo(seq: number): Promise<P.Response> {
    for (;;) {
      const found = this.received.find(
        (message): message is P.Response => message.type === "response" && (message as P.Response).request_seq === seq,
      );
      if (found !== undefined) return found;
      await this.#more();
    }
  }

  /** The next event of this name that was not waited for yet. */
  async event<E extends P.Event>(name: string): Promise<E> {
    for (;;) {
      for (; this.#read < this.received.length; this.#read++) {
        const message = this.received[this.#read];
        if (message.type !== "event" || (message as P.Event).event !== name) continue;
        this.#read++;
        return message as E; // the schema has checked it
      }
      await this.#more();
    }
  }

  /** Sends a request and waits until everything that follows from it has come. */
  async ask(command: string, args?: object): Promise<P.Response> {
    const before = this.received.length;
    const answer = await this.answerTo(this.send(command, args));
    if (running.has(command) && answer.success && this.#loaded())
      while (!this.received.slice(before).some(isEnd)) await this.#more();
    return answer;
  }

  /** The body of an answer that must be good. */
  async body<T>(command: string, args?: object): Promise<T> {
    const answer = await this.ask(command, args);
    assert.ok(answer.success, answer.message);
    return answer.body as T; // the schema has checked it
  }

  /** The one line of an answer that must be bad. */
  async refused(command: string, args?: object): Promise<string> {
    const answer = await this.ask(command, args);
    assert.ok(!answer.success, `${command} was answered`);
    assert.doesNotMatch(answer.message ?? "", /[\r\n]/);
    return answer.message ?? "";
  }

  /** As far as a program goes by itself: to its first stop. */
  async start(program: string, attributes: object = { stopOnEntry: true }, client: object = {}): Promise<void> {
    await this.body("initialize", { adapterID: "conv", supportsInvalidatedEvent: true, ...client });
    await this.body("launch", { program: `/w/${program}.conv.json`, ...attributes });
    await this.body("configurationDone");
  }

  get lastStop(): P.StoppedEvent["body"] {
    const last = this.received.findLast((message) => (message as P.Event).event === "stopped");
    return (last as P.StoppedEvent).body; // the schema has checked it
  }

  #loaded(): boolean {
    return this.received.some((message) => (message as P.Event).event === "initialized");
  }

  #more(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

function isEnd(message: P.ProtocolMessage): boolean {
  return message.type === "event" && ["stopped", "terminated"].includes((message as P.Event).event);
}
