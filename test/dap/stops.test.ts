import assert from "node:assert/strict";
import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { frames, one, scope, value, values, variables } from "./reading";
import { Client, numpy } from "./support";

describe("the debugger", () => {
  it("stops where a number of the layer file is used", async () => {
    const client = new Client();
    await client.start("numpy");
    // Line 6 is filter 1 in full; at column 20 behind a number, the next one is W[1, 0, 2, 0].
    await client.body("setBreakpoints", {
      source: { path: "/w/numpy.conv.json" },
      breakpoints: [{ line: 6, column: 20 }],
    });
    await client.ask("continue", one);
    assert.equal(client.lastStop.reason, "breakpoint");
    assert.equal((await frames(client))[0].name, "c 0, ky 2, kx 0");
    const touched = values(await variables(client, await scope(client, "Reads and Writes")));
    assert.equal(touched["read W[1, 0, 2, 0]"], String(numpy.tensors.W[12 + 4]));
  });

  it("stops at the first NaN, and knows where it comes from", async () => {
    const client = new Client();
    await client.start("nan");
    await client.body("setExceptionBreakpoints", {
      filters: [],
      filterOptions: [{ filterId: "nan", condition: 'stage == "gemm"' }],
    });
    await client.ask("continue", one);
    assert.equal(client.lastStop.reason, "exception");
    // x[0, 0, 0, 2] is NaN: window (0, 1) meets it first, at ky 0, kx 1.
    assert.deepEqual(
      (await frames(client)).map(({ name }) => name),
      ["c 0, ky 0, kx 1", "n 0, oy 0, ox 1, f 0", "gemm"],
    );
    const info = await client.body<{ exceptionId: string; details: { evaluateName: string } }>("exceptionInfo", one);
    assert.equal(info.exceptionId, "NaN");
    assert.equal(info.details.evaluateName, "out[0, 0, 0, 1]");
  });

  it("is told where another view of the session moves", async () => {
    const client = new Client();
    await client.start("numpy");
    const held = (await frames(client))[0].id;
    const before = client.received.length;
    for (const step of [10, 20, 300]) client.session?.seek(step);
    assert.match(await client.refused("scopes", { frameId: held }), /out of date/);
    while (!client.received.slice(before).some((message) => (message as P.Event).event === "stopped"))
      await new Promise((resolve) => setTimeout(resolve, 5));
    const stops = client.received.slice(before).filter((message) => (message as P.Event).event === "stopped");
    assert.equal(stops.length, 1, "many moves are told as one");
    assert.equal(await value(client, "step"), "300");
  });

  it("starts with the breakpoints that the first step hits", async () => {
    const client = new Client();
    await client.body("initialize", { adapterID: "conv" });
    await client.body("setFunctionBreakpoints", { breakpoints: [{ name: "im2col" }] });
    await client.body("launch", { program: "/w/numpy.conv.json" });
    await client.ask("configurationDone");
    assert.equal(client.lastStop.reason, "function breakpoint");
    assert.equal(await value(client, "step"), "0");
  });

  it("is named as what it stopped for, where it is a case of other filters as well", async () => {
    const client = new Client();
    await client.start("nan");
    await client.body("setExceptionBreakpoints", { filters: ["nan", "mismatch"] });
    const seen: string[] = [];
    for (;;) {
      await client.ask("continue", one);
      if (client.lastStop.reason !== "exception") break;
      const { exceptionId, description } = await client.body<P.ExceptionInfoResponse["body"]>("exceptionInfo", one);
      seen.push(`${exceptionId}: ${description}`);
    }
    // The sum is NaN from its second tap on; it is compared at its last.
    assert.deepEqual(
      seen.filter((text) => text.includes("out[0, 0, 0, 1]")),
      ["NaN: out[0, 0, 0, 1] became NaN", "Differs from Expected: out[0, 0, 0, 1] is NaN, expected 54"],
    );
  });

  it("stops at reads of what nothing writes, and writes of what nothing reads", async () => {
    const client = new Client();
    await client.start("numpy");
    const { breakpoints } = await client.body<P.SetDataBreakpointsResponse["body"]>("setDataBreakpoints", {
      breakpoints: [
        { dataId: "W[2, 1, 2, 1]", accessType: "readWrite" },
        { dataId: "db[2]", accessType: "readWrite", condition: "ox == 4" },
        { dataId: "x[0, 0, 0, 0]", accessType: "write" },
      ],
    });
    assert.deepEqual(
      breakpoints.map(({ verified }) => verified),
      [true, true, false],
    );
    await client.ask("continue", one);
    // 20 windows, of which the first asks for it at its 36th product.
    assert.equal(await value(client, "step"), String(240 + 35));
    await client.body("setDataBreakpoints", { breakpoints: [{ dataId: "db[2]", accessType: "readWrite" }] });
    await client.ask("continue", one);
    assert.deepEqual([await value(client, "stage"), await value(client, "f")], ["db", "2"]);
  });

  it("stops where a result changes, or at each step that writes it", async () => {
    const client = new Client();
    await client.start("nan");
    const stops = async (accessType: string) => {
      await client.body("restart", { arguments: { program: "/w/nan.conv.json", stopOnEntry: true } });
      const { breakpoints } = await client.body<P.SetDataBreakpointsResponse["body"]>("setDataBreakpoints", {
        breakpoints: [{ dataId: "out[0, 0, 0, 1]", accessType }],
      });
      assert.equal(breakpoints[0].verified, true);
      for (let count = 0; ; count++) {
        await client.ask("continue", one);
        if (client.lastStop.reason === "end") return count;
      }
    };
    const info = await client.body<P.DataBreakpointInfoResponse["body"]>("dataBreakpointInfo", { name: "out" });
    assert.deepEqual(info.accessTypes, ["write", "readWrite"]);
    // The second of four products is NaN, and so is what comes after it.
    assert.equal(await stops("write"), 2);
    assert.equal(await stops("readWrite"), 4);
  });
});
