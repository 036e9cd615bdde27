import { type ConvSpec, defaultSpec } from "../../../src/conv/spec";
import { geometryOf } from "../../../src/conv/geometry";
import { referenceBackward, referenceForward } from "../../../src/conv/reference";
import type { Run } from "../../../src/conv/run";
import { PanelHost, type PanelWire } from "../../../src/panel/host";
import { Session } from "../../../src/session/session";
import { type ComputeTensor, elementCount, tensor } from "../../../src/tensor/tensor";

/** A small float64 layer by plain loops. Odd sixteenths, never 0: every sum is exact. */
export function smallRun(spec: Partial<ConvSpec> = {}, change: (x: Float64Array) => void = () => undefined): Run {
  const filled = (shape: readonly number[], from: number): ComputeTensor =>
    tensor(
      "float64",
      shape,
      Float64Array.from({ length: elementCount(shape) }, (_, i) => (((i + from) * 7) % 17) / 8 - 1.0625),
    );
  const [x, W, b] = [filled([1, 2, 4, 4], 1), filled([3, 2, 3, 3], 5), filled([3], 9)];
  change(x.data as Float64Array); // made above as one
  const geometry = geometryOf(x.shape, W.shape, b.shape, { ...defaultSpec, padding: 1, ...spec });
  const out = referenceForward(geometry, x.data, W.data, b.data);
  const dout = filled(out.shape, 3);
  const gradients = referenceBackward(geometry, x.data, W.data, dout.data);
  return {
    geometry,
    arithmetic: { dtype: "float64", fused: false, block: 8 },
    tensors: { x, W, b, out, dout, ...gradients },
    timing: { forwardMs: 1, backwardMs: 2, threads: 1, kernel: "plain loops" },
  };
}

/** One filter of 1 × 1 with weight 1 on both channels. */
export function pointRun(data: Float64Array, shape: readonly number[]): Run {
  const x = tensor("float64", shape, data);
  const W = tensor("float64", [1, shape[1], 1, 1], new Float64Array(shape[1]).fill(1));
  const geometry = geometryOf(x.shape, W.shape, null, defaultSpec);
  const out = referenceForward(geometry, x.data, W.data, null);
  const dout = tensor("float64", out.shape, new Float64Array(out.data.length).fill(1));
  return {
    geometry,
    arithmetic: { dtype: "float64", fused: false, block: 8 },
    tensors: { x, W, b: null, out, dout, ...referenceBackward(geometry, x.data, W.data, dout.data) },
    timing: { forwardMs: 1, backwardMs: 2, threads: 1, kernel: "plain loops" },
  };
}

/** A wire that keeps what goes over it. */
export interface TestWire extends PanelWire {
  readonly posted: unknown[];
  readonly lines: string[];
  readonly acts: string[];
  readonly choices: [number, number][];
  readonly nudges: unknown[];
}

export function testWire(post: PanelWire["post"] = () => Promise.resolve(true)): TestWire {
  const wire: TestWire = {
    posted: [],
    lines: [],
    acts: [],
    choices: [],
    nudges: [],
    post: (messages) => {
      wire.posted.push(...messages);
      return post(messages);
    },
    log: (line) => void wire.lines.push(line),
    act: (action) => void wire.acts.push(action),
    choose: (note, choice) => void wire.choices.push([note, choice]),
    nudge: (nudge) => void wire.nudges.push(nudge),
  };
  return wire;
}

/** As birpc puts it on the wire. */
interface Answer {
  readonly t: string;
  readonly i?: string;
  readonly m?: string;
  readonly r?: unknown;
  readonly a?: unknown[];
}

/** A host that shows a run, and a way to ask it as the webview does. */
export function panel(run = smallRun(), wire: TestWire = testWire()) {
  const host = new PanelHost(wire);
  const session = new Session(run);
  host.show({ session, title: "small", notes: [{ label: "layout", detail: "taken as NCHW", choices: ["NHWC"] }] });
  let count = 0;
  const ask = async <A>(m: string, ...a: unknown[]): Promise<A> => {
    const i = `q${count++}`;
    host.receive([{ t: "q", i, m, a }]);
    for (let turn = 0; turn < 50; turn++) {
      const answer = wire.posted.find((message) => (message as Answer).i === i && (message as Answer).t === "s");
      if (answer !== undefined) return (answer as Answer).r as A; // what the host answers is what is tested
      await new Promise((resolve) => setTimeout(resolve));
    }
    throw new Error(`no answer to ${m}`);
  };
  const events = () => (wire.posted as Answer[]).filter(({ t }) => t === "q").map(({ m, a }) => [m, ...(a ?? [])]);
  return { host, session, wire, ask, events };
}

/** For what is done in the background, of small runs: some turns. */
export const quiet = () => new Promise((resolve) => setTimeout(resolve, 20));
