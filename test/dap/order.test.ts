import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { commands } from "../../src/debug/requests";
import { ending, plausible } from "./plausible";
import { madeOf } from "./schema";
import { Client, launch } from "./support";
import { Transcript, assertGolden } from "./transcript";

const others = Object.keys(plausible).filter((command) => !ending.includes(command));

describe("requests at the wrong time", () => {
  it("knows every request of the protocol", () => {
    const types = readFileSync("node_modules/@vscode/debugprotocol/lib/debugProtocol.d.ts", "utf8");
    const known = [...types.matchAll(/\/\/ command: '(\w+)';/g)].map(([, command]) => command);
    assert.equal(known.length, 45);
    const { version } = JSON.parse(readFileSync("node_modules/@vscode/debugprotocol/package.json", "utf8")) as {
      version: string;
    };
    assert.equal(madeOf, `@vscode/debugprotocol ${version}`, "run test/fixtures/dap/makeSchema.mjs");
    const own = ["inlineValues", "reverseStepIn", "reverseStepOut"];
    assert.deepEqual([...commands].sort(), [...known, ...own].sort());
    assert.deepEqual([...commands].sort(), Object.keys(plausible).sort());
  });

  it("answers each of them before initialize", async () => {
    const talk = new Transcript();
    for (const command of others) if (command !== "initialize") await talk.ask(command, plausible[command]);
    assertGolden("order-first", talk.text);
  });

  it("answers each of them before launch", async () => {
    const talk = new Transcript();
    await talk.ask("initialize", plausible.initialize);
    for (const command of others) if (command !== "launch") await talk.ask(command, plausible[command]);
    assertGolden("order-unloaded", talk.text);
  });

  it("answers each of them before configurationDone", async () => {
    const talk = new Transcript();
    await talk.ask("initialize", plausible.initialize);
    await talk.ask("launch", plausible.launch);
    const wanted = others.filter((command) => command !== "configurationDone" && command !== "restart");
    for (const command of wanted) await talk.ask(command, plausible[command]);
    assertGolden("order-configuring", talk.text);
  });

  it("starts where configurationDone comes before launch", async () => {
    const talk = new Transcript();
    await talk.ask("initialize", plausible.initialize);
    await talk.ask("configurationDone");
    await talk.ask("launch", plausible.launch);
    await talk.event("stopped");
    talk.show();
    assertGolden("order-early", talk.text);
  });

  it("answers each of them twice", async () => {
    const talk = new Transcript();
    for (const command of ["initialize", "launch", "configurationDone"]) {
      await talk.ask(command, plausible[command]);
      await talk.ask(command, plausible[command]);
    }
    const started = ["initialize", "launch", "configurationDone"];
    for (const command of others.filter((name) => !started.includes(name)))
      for (let time = 0; time < 2; time++) await talk.ask(command, plausible[command]);
    await talk.ask("terminate");
    await talk.ask("terminate");
    await talk.ask("disconnect");
    await talk.ask("disconnect");
    const ends = talk.received.filter((message) => JSON.stringify(message).includes('"terminated"'));
    assert.equal(ends.length, 1, "terminated is told once");
    assertGolden("order-twice", talk.text);
  });

  it("answers each of them after the end", async () => {
    const talk = new Transcript();
    await talk.start("numpy");
    await talk.ask("disconnect", { restart: false });
    for (const command of others) await talk.ask(command, plausible[command]);
    assertGolden("order-ended", talk.text.slice(talk.text.indexOf("→ disconnect")));
  });

  it("answers what is under way, and what waits, when the session ends", async () => {
    let began = () => {};
    const beginning = new Promise<void>((resolve) => (began = resolve));
    const talk = new Transcript(async (attributes, work) => {
      began();
      await new Promise((resolve) => work.signal.addEventListener("abort", resolve, { once: true }));
      return launch(attributes, work);
    });
    await talk.ask("initialize", plausible.initialize);
    const first = talk.send("launch", plausible.launch);
    const second = talk.send("setFunctionBreakpoints", plausible.setFunctionBreakpoints);
    await beginning;
    await talk.ask("disconnect");
    assert.equal((await talk.answerTo(first)).message, "cancelled");
    assert.equal((await talk.answerTo(second)).message, "cancelled");
    await talk.event("terminated");
  });

  it("cancels one request by its number", async () => {
    const talk = new Transcript(async (attributes, work) => {
      await new Promise((resolve) => work.signal.addEventListener("abort", resolve, { once: true }));
      return launch(attributes, work);
    });
    await talk.ask("initialize", plausible.initialize);
    const request = talk.send("launch", plausible.launch);
    await talk.ask("cancel", { requestId: request });
    assert.equal((await talk.answerTo(request)).message, "cancelled");
    assert.match(await talk.refused("stackTrace", { threadId: 1 }), /no layer is loaded yet/, "the session goes on");
  });

  it("answers what is quickly answered, cancelled or not", async () => {
    const client = new Client();
    await client.start("numpy");
    const requests = [
      client.send("stackTrace", { threadId: 1 }),
      client.send("threads"),
      client.send("setExpression", plausible.setExpression),
    ];
    for (const requestId of requests) client.send("cancel", { requestId });
    const answers = await Promise.all(requests.map((request) => client.answerTo(request)));
    assert.deepEqual(
      answers.map(({ success, message }) => message ?? success),
      [true, true, "cancelled"],
    );
  });

  it("answers what is hardly a request, and lets be what is none", async () => {
    const talk = new Transcript();
    for (const message of [null, 7, "x", [], {}, { type: "event", event: "x" }, { type: "response", request_seq: 1 }])
      talk.adapter.handleMessage(message);
    talk.adapter.handleMessage({ type: "request" });
    talk.adapter.handleMessage({ type: "request", seq: "1", command: { toString: () => "next" } });
    talk.adapter.handleMessage({ type: "request", seq: -1.5, command: "__proto__" });
    await talk.answerTo(0);
    await talk.ask("constructor");
    await talk.ask("nexxt", {});
    assertGolden("order-hardly", talk.text);
  });

  it("refuses wrong arguments in one line", async () => {
    const talk = new Transcript();
    for (const args of [{ adapterID: 7 }, { adapterID: "conv", linesStartAt1: "yes" }])
      await talk.ask("initialize", args);
    await talk.ask("initialize", plausible.initialize);
    for (const args of [
      {},
      { program: "" },
      { program: 7 },
      { program: "/w/none.conv.json" },
      { program: "/w/broken.conv.json" },
      { program: "/w/numpy.conv.json", stopOnEntry: "yes" },
      { program: "/w/numpy.conv.json", stopAt: "gem" },
      { program: "/w/numpy.conv.json", stopAt: 2700 },
      { program: "/w/numpy.conv.json", stopAt: -1 },
      { program: "/w/numpy.conv.json", stopAt: "W[0, 0, 0, 0]" },
      { program: "/w/numpy.conv.json", stopAt: "out[0, 0, 9, 0]" },
      { program: "/w/numpy.conv.json", stopAt: "db[0]", backward: false },
      { program: "/w/numpy.conv.json", set: ["stride"] },
      { program: "/w/numpy.conv.json", set: { groups: 5 } },
    ])
      await talk.ask("launch", args);
    await talk.ask("launch", plausible.launch);
    await talk.ask("configurationDone");
    const able = others.filter((command) => Object.keys(plausible[command] ?? {}).length > 0);
    for (const command of able.filter((name) => !["initialize", "launch", "cancel"].includes(name))) {
      await talk.ask(command, {});
      const wrong = Object.fromEntries(Object.keys(plausible[command] ?? {}).map((key) => [key, null]));
      await talk.ask(command, wrong);
    }
    for (const command of ["next", "continue", "stackTrace", "pause"]) await talk.ask(command, { threadId: 2 });
    assertGolden("arguments", talk.text);
  });
});
