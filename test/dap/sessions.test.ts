import assert from "node:assert/strict";
import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { Client } from "./support";

const one = { threadId: 1 };

describe("three sessions at once", () => {
  it("stay apart", async () => {
    const clients = [new Client(), new Client(), new Client()];
    const stages = ["gemm", "dW", "dcol"];
    const starts = [240, 1020, 1740]; // of the NumPy layer: 240 + 720 + 60 + 720 + 720 + 240 steps
    await Promise.all(clients.map((client, i) => client.start("numpy", { stopAt: stages[i] })));
    const step = async (client: Client) =>
      Number((await client.body<{ result: string }>("evaluate", { expression: "step" })).result);
    assert.deepEqual(await Promise.all(clients.map(step)), starts);

    // Breakpoints, numbers and places of one are not those of another.
    await clients[0].body("setFunctionBreakpoints", { breakpoints: [{ name: "db" }] });
    await clients[1].body("setExpression", { expression: "W[0, 0, 0, 0]", value: "100" });
    await Promise.all(clients.map((client) => client.ask("continue", one)));
    assert.deepEqual(await Promise.all(clients.map(step)), [960, 2699, 2699]);
    const weights = await Promise.all(
      clients.map(
        async (client) => (await client.body<{ result: string }>("evaluate", { expression: "W[0, 0, 0, 0]" })).result,
      ),
    );
    assert.deepEqual(weights, ["-6", "100", "-6"]);

    // What one has let go of, or was never given, means nothing to it, whatever it means to another.
    const { stackFrames } = await clients[0].body<{ stackFrames: P.StackFrame[] }>("stackTrace", one);
    await clients[0].body("scopes", { frameId: stackFrames[0].id });
    assert.match(await clients[2].refused("variables", { variablesReference: 1 }), /out of date/);

    await clients[1].body("disconnect");
    assert.match(await clients[1].refused("next", one), /the session has ended/);
    await clients[0].body("stepBack", one);
    await clients[2].body("stepBack", one);
    assert.equal(await step(clients[2]), 2459, "the end of the stage before");
  });
});
