import assert from "node:assert/strict";
import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { Listings } from "../../src/debug/listings";
import { Client, launch } from "./support";

const one = { threadId: 1 };
const program = "/w/numpy.conv.json";
const path = `${program}.py`;

/** The same layer in two groups: its listing has lines more, in gemm, grad_W and grad_col. */
const grouped = {
  program,
  stopOnEntry: true,
  set: { groups: 2, weight: { random: [4, 1, 3, 2], seed: 1 }, bias: [1, 2, 3, 4], dout: "ones" },
};

async function linesOf(client: Client, reference: number): Promise<string[]> {
  const { content } = await client.body<{ content: string }>("source", { sourceReference: reference });
  return content.split("\n");
}

async function referenceNow(client: Client): Promise<number> {
  const { sources } = await client.body<{ sources: P.Source[] }>("loadedSources");
  return sources[0].sourceReference ?? 0;
}

/** The number, from 1, of the line with a text in it after the line with `under`. */
function lineWith(lines: readonly string[], text: string, under = ""): number {
  const at = lines.findIndex((line, i) => line.includes(text) && lines.slice(0, i + 1).some((l) => l.includes(under)));
  assert.ok(at >= 0, text);
  return at + 1;
}

async function set(client: Client, source: P.Source, lines: readonly number[]): Promise<P.Breakpoint[]> {
  const breakpoints = lines.map((line) => ({ line }));
  return (await client.body<{ breakpoints: P.Breakpoint[] }>("setBreakpoints", { source, breakpoints })).breakpoints;
}

async function stoppedLine(client: Client): Promise<number> {
  const { stackFrames } = await client.body<{ stackFrames: P.StackFrame[] }>("stackTrace", one);
  return stackFrames[0].line;
}

/** What was told of breakpoints since the last time that it was asked. */
function told(client: Client, from: number): P.BreakpointEvent["body"][] {
  return client.received
    .slice(from)
    .filter((message) => (message as Partial<P.Event>).event === "breakpoint")
    .map((message) => (message as P.BreakpointEvent).body); // the schema has checked it
}

describe("breakpoints on lines of the listing", () => {
  const wanted = [
    ["acc = 0", "def gemm"],
    ["out[n, f, oy, ox] =", "def gemm"],
    ["acc += dout", "def grad_W"],
    ["for f in", "def grad_col"],
  ] as const;

  it("follow their statements when the listing gets other lines, and back", async () => {
    const client = new Client();
    await client.start("numpy");
    const before = await linesOf(client, 1);
    const lines = wanted.map(([text, under]) => lineWith(before, text, under));
    const answers = await set(client, { path, sourceReference: 1 }, lines);
    assert.deepEqual(
      answers.map(({ line }) => line),
      lines,
    );

    let from = client.received.length;
    await client.body("restart", { arguments: grouped });
    const after = await linesOf(client, 2);
    const moved = wanted.map(([text, under]) => lineWith(after, text, under));
    assert.notDeepEqual(moved, lines);
    const events = told(client, from);
    assert.deepEqual(
      events.map(({ reason, breakpoint }) => [reason, breakpoint.id, breakpoint.verified, breakpoint.line]),
      moved.map((line, i) => ["changed", answers[i].id, true, line]),
    );
    assert.ok(events.every(({ breakpoint }) => breakpoint.source?.sourceReference === 2));
    for (const line of [moved[0], moved[1]]) {
      await client.body("continue", one);
      assert.equal(await stoppedLine(client), line);
    }

    from = client.received.length;
    await client.body("restart", { arguments: { program, stopOnEntry: true } });
    assert.equal(await referenceNow(client), 1, "the same text is the same source");
    assert.deepEqual(
      told(client, from).map(({ breakpoint }) => breakpoint.line),
      lines,
    );
  });

  it("wait on the next statement while theirs is not there", async () => {
    const client = new Client();
    await client.start("numpy", { ...grouped });
    const text = await linesOf(client, 1);
    const line = lineWith(text, "g = f //", "def gemm");
    await set(client, { path }, [line]);
    const from = client.received.length;
    await client.body("restart", { arguments: { program, stopOnEntry: true } });
    const plain = await linesOf(client, 2);
    assert.deepEqual(
      told(client, from).map(({ breakpoint }) => breakpoint.line),
      [lineWith(plain, "acc = 0", "def gemm")],
    );
    await client.body("restart", { arguments: grouped });
    assert.equal(told(client, from).at(-1)?.breakpoint.line, line);
  });

  it("that are set in two listings of a layer are kept apart, as their editors are", async () => {
    const client = new Client();
    await client.start("numpy");
    const lines = await linesOf(client, 1);
    const [a] = await set(client, { path, sourceReference: 1 }, [lineWith(lines, "out[n, f, oy, ox] =")]);
    await client.body("restart", { arguments: grouped });
    const after = await linesOf(client, 2);
    const [b] = await set(client, { path, sourceReference: 2 }, [lineWith(after, "g = f //", "def gemm")]);
    await client.body("continue", one);
    assert.deepEqual(client.lastStop.hitBreakpointIds, [b.id]);
    await client.body("continue", one);
    assert.deepEqual(client.lastStop.hitBreakpointIds, [a.id]);
    await set(client, { path, sourceReference: 1 }, []);
    await client.body("continue", one);
    assert.deepEqual(client.lastStop.hitBreakpointIds, [b.id]);
  });

  it("follow into the next session of an editor that keeps them", async () => {
    const listings = new Listings();
    const [first, second] = [new Client(launch, undefined, listings), new Client(launch, undefined, listings)];
    await first.start("numpy");
    const line = lineWith(await linesOf(first, 1), "out[n, f, oy, ox] =");
    await first.body("disconnect");
    await second.body("initialize", { adapterID: "conv" });
    await second.body("launch", grouped);
    const [answer] = await set(second, { path, sourceReference: 1 }, [line]);
    const lines = await linesOf(second, 2);
    assert.deepEqual(
      [answer.verified, answer.line, answer.source?.sourceReference],
      [true, lineWith(lines, "out[n, f, oy, ox] ="), 2],
    );
  });

  it("of another layer stay with it", async () => {
    const client = new Client();
    await client.start("numpy");
    await set(client, { path, sourceReference: 1 }, [lineWith(await linesOf(client, 1), "acc = 0")]);
    const from = client.received.length;
    await client.body("restart", { arguments: { program: "/w/nan.conv.json", stopOnEntry: true } });
    assert.deepEqual(
      told(client, from).map(({ breakpoint }) => breakpoint.verified),
      [false],
    );
    await client.body("restart", { arguments: { program, stopOnEntry: true } });
    assert.equal(told(client, from).at(-1)?.breakpoint.verified, true);
  });
});

describe("log points", () => {
  it("link to their own lines, in whichever text they are", async () => {
    const client = new Client();
    await client.start("numpy");
    const lines = await linesOf(client, 1);
    const row = lineWith(lines, "row =", "def gemm");
    const at = { path, sourceReference: 1 };
    await client.body("setBreakpoints", { source: at, breakpoints: [{ line: row, logMessage: "row {row}" }] });
    const number = { line: 6, logMessage: "used at {step}", hitCondition: "1" };
    await client.body("setBreakpoints", { source: { path: program }, breakpoints: [number] });
    const onData = { dataId: "out[0, 0, 0, 0]", logMessage: "sum {acc}", hitCondition: "1" };
    await client.body("setDataBreakpoints", { breakpoints: [onData] });
    const from = client.received.length;
    await client.body("continue", one);
    const said = client.received
      .slice(from)
      .filter((message) => (message as Partial<P.Event>).event === "output")
      .map((message) => (message as P.OutputEvent).body)
      .flatMap(({ output, line, source }) =>
        output
          .trim()
          .split("\n")
          .map((text) => [text, line, source?.path]),
      );
    assert.equal(said.length, 22);
    for (let i = 0; i < 20; i++) assert.ok(said.some(([text, line]) => text === `row ${i}` && line === row));
    const of = (start: string) => said.find(([text]) => String(text).startsWith(start))?.slice(1);
    assert.deepEqual(of("used"), [6, program]);
    assert.deepEqual(of("sum"), [lineWith(lines, "acc +=", "def gemm"), path]);
  });
});

describe("a data breakpoint on reads and writes", () => {
  /** Steps at which it stops, without a count and with one. */
  async function stops(hitCondition?: string): Promise<number[]> {
    const client = new Client();
    await client.start("numpy");
    const dataId = "dcol[3, 4]";
    await client.body("setDataBreakpoints", { breakpoints: [{ dataId, accessType: "readWrite", hitCondition }] });
    const steps: number[] = [];
    for (;;) {
      await client.body("continue", one);
      if (client.lastStop.reason === "end") return steps;
      steps.push(client.session!.step); // start has made one
    }
  }

  it("counts both as one", async () => {
    const all = await stops();
    assert.equal(all.length, 4, "three filters are added up, and the sum is scattered once");
    assert.deepEqual(await stops("4"), [all[3]]);
    assert.deepEqual(await stops("% 2"), [all[1], all[3]]);
    assert.deepEqual(await stops("> 1"), all.slice(1));
  });
});
