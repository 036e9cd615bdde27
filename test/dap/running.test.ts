import assert from "node:assert/strict";
import type { DebugProtocol as P } from "@vscode/debugprotocol";
import type { Launch } from "../../src/debug/debuggee";
import { Client, launch } from "./support";

const one = { threadId: 1 };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A run that says how far it is for as long as nobody cancels it. */
const slow: Launch = async (attributes, work) => {
  for (let fraction = 0; fraction < 1 && !work.signal.aborted; fraction += 0.001) {
    work.onProgress(fraction);
    await pause(5);
  }
  return launch(attributes, work);
};

describe("work that takes long", () => {
  it("is paused where it has come to, and nothing moves meanwhile", async () => {
    const client = new Client();
    await client.start("pin");
    // Nothing is known of a root beforehand: every one of the run's steps is looked at.
    const condition = "sqrt(acc * acc) > 1e30";
    await client.body("setBreakpoints", { source: { sourceReference: 1 }, breakpoints: [{ line: 43, condition }] });
    await client.answerTo(client.send("continue", one));
    assert.match(await client.refused("next", one), /the program is running\. Pause it first/);
    assert.match(await client.refused("stackTrace", one), /the program is running/);
    await client.body("threads");
    await client.event("stopped"); // of the entry
    await client.body("pause", one);
    const stopped = await client.event<P.StoppedEvent>("stopped");
    assert.equal(stopped.body.reason, "pause");
    const { result } = await client.body<{ result: string }>("evaluate", { expression: "step" });
    assert.ok(Number(result) >= 0 && Number(result) < 1398783, result);
    await client.body("next", one);
  });

  it("is paused also by a client that does not wait until it is told that it runs", async () => {
    const client = new Client();
    await client.start("pin");
    const condition = "sqrt(acc * acc) > 1e30";
    await client.body("setBreakpoints", { source: { sourceReference: 1 }, breakpoints: [{ line: 43, condition }] });
    await client.event("stopped"); // of the entry
    client.send("continue", one);
    await client.answerTo(client.send("pause", one));
    assert.equal((await client.event<P.StoppedEvent>("stopped")).body.reason, "pause");
  });

  it("is told of in few messages, and not faster than the client reads", async () => {
    const waiting: (() => void)[] = [];
    const client = new Client(launch, () => new Promise((resolve) => waiting.push(resolve)));
    const turn = () => new Promise((resolve) => setTimeout(resolve));
    const outputs = () =>
      client.received.filter(
        (message): message is P.OutputEvent =>
          (message as P.Event).event === "output" && (message as P.OutputEvent).body.source !== undefined,
      );
    await client.start("numpy");
    await client.event("stopped"); // of the entry
    const breakpoints = [{ line: 43, logMessage: "{step}" }];
    await client.body("setBreakpoints", { source: { sourceReference: 1 }, breakpoints });
    await client.answerTo(client.send("continue", one));
    const isStopped = () => client.received.filter((message) => (message as P.Event).event === "stopped").length === 2;
    for (;;) {
      while (waiting.length === 0 && !isStopped()) await turn();
      if (isStopped()) break;
      const before = client.received.length;
      for (let i = 0; i < 20; i++) await turn();
      assert.equal(client.received.length, before, "nothing is sent to who does not read");
      waiting.pop()!(); // as just seen
    }
    const said = outputs().map(({ body }) => body.output);
    // 20 windows, 3 filters, 12 products each; im2col before them has 240 steps
    assert.equal(said.join(""), Array.from({ length: 720 }, (_, i) => `${240 + i}\n`).join(""));
    assert.ok(said.length < 720, String(said.length));
  });

  it("is told to those who want to know, and can be cancelled by its name", async () => {
    const client = new Client(slow);
    await client.body("initialize", { adapterID: "conv", supportsProgressReporting: true });
    const request = client.send("launch", { program: "/w/numpy.conv.json" });
    const { body: start } = await client.event<P.ProgressStartEvent>("progressStart");
    assert.ok(start.cancellable && start.title !== "");
    const { body: update } = await client.event<P.ProgressUpdateEvent>("progressUpdate");
    assert.equal(update.progressId, start.progressId);
    await client.body("cancel", { progressId: start.progressId });
    const { body: end } = await client.event<P.ProgressEndEvent>("progressEnd");
    assert.equal(end.progressId, start.progressId);
    assert.equal((await client.answerTo(request)).message, "cancelled");
  });

  it("is not told to others", async () => {
    const client = new Client(slow);
    await client.body("initialize", { adapterID: "conv" });
    const request = client.send("launch", { program: "/w/numpy.conv.json" });
    await pause(700); // longer than it would keep quiet
    await client.body("terminate");
    assert.equal((await client.answerTo(request)).message, "cancelled");
    assert.ok(!client.received.some((message) => (message as Partial<P.Event>).event?.startsWith("progress")));
  });
});
