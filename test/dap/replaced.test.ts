import assert from "node:assert/strict";
import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { Emitter } from "../../src/base/events";
import { Client, launch } from "./support";

const one = { threadId: 1 };
const program = "/w/numpy.conv.json";

async function value(client: Client, expression: string): Promise<string> {
  return (await client.body<{ result: string }>("evaluate", { expression })).result;
}

describe("a program that takes another one's place", () => {
  it("has the breakpoints of the listing before it", async () => {
    const client = new Client();
    await client.start("numpy");
    const { stackFrames } = await client.body<P.StackTraceResponse["body"]>("stackTrace", one);
    const [{ source }] = stackFrames;
    const breakpoints = [{ line: 43, condition: "f == 1 && oy == 1" }];
    await client.body("setBreakpoints", { source, breakpoints });
    await client.body("restart", { arguments: { program, stopOnEntry: true, set: { stride: 2, dout: "ones" } } });
    const { body } = await client.event<P.BreakpointEvent>("breakpoint");
    assert.deepEqual([body.breakpoint.verified, body.breakpoint.line], [true, 43]);
    assert.notEqual(body.breakpoint.source?.sourceReference, source?.sourceReference, "it is another text");
    await client.ask("continue", one);
    assert.equal(client.lastStop.reason, "breakpoint");
    assert.deepEqual([await value(client, "f"), await value(client, "oy")], ["1", "1"]);
    // As the client has them of the listing that it was shown first.
    await client.body("setBreakpoints", { source, breakpoints: [] });
    await client.ask("continue", one);
    assert.equal(client.lastStop.reason, "end");
    const never = { path: "/elsewhere.py", sourceReference: 99 };
    const answer = await client.body<P.SetBreakpointsResponse["body"]>("setBreakpoints", {
      source: never,
      breakpoints: [{ line: 43 }],
    });
    assert.equal(answer.breakpoints[0].verified, false);
  });

  it("ends the debug session if it is gone already and the new one cannot be stopped at", async () => {
    const ends: Emitter<void>[] = [];
    const client = new Client(async (attributes, work) => {
      for (const end of ends) end.fire(); // one session for all: the one before is over
      const end = new Emitter<void>();
      ends.push(end);
      return { ...(await launch(attributes, work)), onDidEnd: end.event };
    });
    await client.start("numpy");
    assert.match(await client.refused("restart", { arguments: { program, stopAt: 1e6 } }), /cannot stop there|not in/);
    await client.event("terminated");
    assert.match(await client.refused("next", one), /the session has ended/);
  });
});
