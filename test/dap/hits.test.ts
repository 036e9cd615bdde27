import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { Client, nested, numpyLayers } from "./support";

/** What makeHits.py has found by asking at every step. */
interface Hits {
  readonly number: number;
  readonly lines: readonly { readonly condition: string; readonly steps: readonly number[] }[];
  readonly data: readonly (P.DataBreakpoint & { readonly steps: readonly number[] })[];
}
const file = new URL("../fixtures/hits/hits.json", import.meta.url);
const layers = JSON.parse(readFileSync(file, "utf8")) as Hits[]; // the script's own output

/** A layer of makeStages.py, at its first step. */
async function started(number: number): Promise<Client> {
  const { layer, tensors } = numpyLayers[number];
  const { x, W, stride, padding, mode: paddingMode, dilation, groups } = layer;
  const { dx, out } = tensors;
  const [batch, filters] = [x[0], W[0]];
  assert.equal(dx.length, tensors.x.length);
  const [height, width] = [2, 3].map((axis) => {
    const at = axis - 2;
    const padded = x[axis] + padding[at][0] + padding[at][1];
    return Math.floor((padded - dilation[at] * (W[axis] - 1) - 1) / stride[at]) + 1;
  });
  assert.equal(out.length, batch * filters * height * width);
  const set = {
    input: nested(x, tensors.x),
    weight: nested(W, tensors.W),
    ...("b" in tensors && { bias: tensors.b }),
    dout: nested([batch, filters, height, width], tensors.dout),
    ...{ stride, padding, paddingMode, dilation, groups },
  };
  const client = new Client();
  await client.start("empty", { stopOnEntry: true, set });
  return client;
}

/** The lines of which each step reaches one: the innermost statements, or what they hang on. */
async function stepLines(client: Client): Promise<number[]> {
  const { content } = await client.body<P.SourceResponse["body"]>("source", { sourceReference: 1 });
  const texts = content.split("\n").map((text) => text.trim());
  const inner = texts.flatMap((text, i) => (/^(col\[|acc \+=|dx\[)/.test(text) ? [i] : []));
  return inner.map((i) => (texts[i - 1].startsWith("if ") ? i : i + 1));
}

/** Where it stops from here on, until it stops for something else. */
async function stops(client: Client, command: "continue" | "reverseContinue", reason: string): Promise<number[]> {
  const found: number[] = [];
  for (;;) {
    await client.ask(command, { threadId: 1 });
    if (client.lastStop.reason !== reason) break;
    found.push(client.session!.step); // it was started
  }
  assert.equal(client.lastStop.reason, command === "continue" ? "end" : "start");
  return found;
}

/** From the first step to the last and back; the ends themselves are where it stands already. */
async function thereAndBack(client: Client, reason: string, steps: readonly number[], what: string): Promise<void> {
  const last = client.session!.trace.total - 1; // it was started
  assert.deepEqual(
    await stops(client, "continue", reason),
    steps.filter((step) => step > 0),
    what,
  );
  assert.deepEqual(
    await stops(client, "reverseContinue", reason),
    steps.filter((step) => step < last).reverse(),
    `${what}, backwards`,
  );
}

for (const { number, lines, data } of layers)
  describe(`where it stops in layer ${number}, in both directions`, () => {
    it("is where a condition holds that is asked of NumPy's arrays at every step", async () => {
      const client = await started(number);
      const at = await stepLines(client);
      assert.equal(at.length, 6, "one line of each stage");
      for (const { condition, steps } of lines) {
        const breakpoints = at.map((line) => ({ line, condition }));
        await client.body("setBreakpoints", { source: { sourceReference: 1 }, breakpoints });
        await thereAndBack(client, "breakpoint", steps, condition);
      }
    });

    it("is where a part of a tensor changes or is read, that many times", async () => {
      const client = await started(number);
      for (const { steps, ...breakpoint } of data) {
        await client.body("setDataBreakpoints", { breakpoints: [breakpoint] });
        await thereAndBack(client, "data breakpoint", steps, JSON.stringify(breakpoint));
      }
    });
  });
