import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DebugClient } from "@vscode/debugadapter-testsupport";
import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { Place } from "../unit/cli/conv";
import { layers, numpy } from "./support";

const cli = join(process.cwd(), "dist", "cli.js");
const single = fileURLToPath(new URL("conv.mjs", import.meta.url));

/** Speaks to `conv dap` without any library: writes `text`, closes the pipe, and waits for the end. */
function raw(text: string): Promise<{ status: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, "dap"]);
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
    child.on("error", reject).on("close", (status) => resolve({ status, stdout, stderr }));
    child.stdin.end(text);
  });
}

const framed = (message: object) => {
  const json = JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`;
};

/** Standard output must be messages and nothing else. */
function messagesOf(stdout: string): P.ProtocolMessage[] {
  const found: P.ProtocolMessage[] = [];
  let rest = Buffer.from(stdout);
  while (rest.length > 0) {
    const head = /^Content-Length: (\d+)\r\n\r\n/.exec(rest.toString("latin1"));
    assert.ok(head, `no message: ${rest.subarray(0, 80).toString()}`);
    const end = head[0].length + Number(head[1]);
    found.push(JSON.parse(rest.subarray(head[0].length, end).toString()) as P.ProtocolMessage); // we wrote it
    rest = rest.subarray(end);
  }
  return found;
}

describe("conv dap, over standard input and output", () => {
  const place = new Place();
  const program = join(place.folder, "numpy.conv.json");
  let client: DebugClient;

  before(() => place.write("numpy.conv.json", layers["/w/numpy.conv.json"]));
  after(() => place.dispose());
  beforeEach(async () => {
    client = new DebugClient(process.execPath, single, "conv");
    client.defaultTimeout = 60_000;
    await client.start();
  });
  afterEach(() => client.stop());

  it("stops at entry, at a breakpoint in the listing, and at the end", async () => {
    await Promise.all([
      client.configurationSequence(),
      client.launch({ program, stopOnEntry: true }),
      client.assertStoppedLocation("entry", { line: 7 }),
    ]);
    const { body } = await client.setBreakpointsRequest({
      source: { path: `${program}.py` },
      breakpoints: [{ line: 43, condition: "f == 1 && oy == 2 && ox == 3" }],
    });
    assert.deepEqual([body.breakpoints[0].verified, body.breakpoints[0].line], [true, 43]);
    const [, stack] = await Promise.all([
      client.continueRequest({ threadId: 1 }),
      client.assertStoppedLocation("breakpoint", { path: `${program}.py`, line: 43 }),
    ]);
    assert.equal(stack.body.stackFrames[1].name, "n 0, oy 2, ox 3, f 1");
    await client.setBreakpointsRequest({ source: { path: `${program}.py` }, breakpoints: [] });
    await Promise.all([client.continueRequest({ threadId: 1 }), client.waitForEvent("stopped")]);
    const { body: found } = await client.evaluateRequest({ expression: "out[0, 1, 2, 3]" });
    assert.equal(found.result, String(numpy.tensors.out[33]));
  });

  it("runs with the real engine, and again where a number is set", async () => {
    await Promise.all([
      client.configurationSequence(),
      client.launch({ program, stopAt: "out[0, 1, 2, 3]" }),
      client.waitForEvent("stopped"),
    ]);
    const before = await client.evaluateRequest({ expression: "out[0, 1, 2, 3]" });
    assert.equal(before.body.result, String(numpy.tensors.out[33]));
    await client.customRequest("setExpression", { expression: "b[1]", value: "b[1] + 1000" });
    const now = await client.evaluateRequest({ expression: "out[0, 1, 2, 3]" });
    assert.equal(now.body.result, String(numpy.tensors.out[33] + 1000));
    await Promise.all([client.customRequest("reverseStepOut", { threadId: 1 }), client.waitForEvent("stopped")]);
    const { body } = await client.evaluateRequest({ expression: "step" });
    assert.equal(body.result, "239", "just before gemm");
  });

  it("says what is wrong with a launch", async () => {
    await client.initializeRequest();
    await assert.rejects(
      client.launchRequest({ program: join(place.folder, "none.conv.json") } as object),
      /no such file/,
    );
    await assert.rejects(client.launchRequest({ program, set: ["groups=7"] } as object), /groups 7 does not divide/);
    await client.launchRequest({ program } as object);
  });

  it("sends nothing but the protocol, and ends with its client", async () => {
    const { status, stdout, stderr } = await raw(
      [
        framed({ seq: 1, type: "request", command: "initialize", arguments: { adapterID: "conv" } }),
        framed({ seq: 2, type: "request", command: "launch", arguments: { program, noDebug: true } }),
        framed({ seq: 3, type: "request", command: "configurationDone" }),
        framed({ seq: 4, type: "request", command: "threads" }),
        framed({ seq: 5, type: "request", command: "disconnect" }),
      ].join(""),
    );
    assert.equal(stderr, "");
    assert.equal(status, 0);
    const answers = messagesOf(stdout).filter(({ type }) => type === "response") as P.Response[];
    assert.deepEqual(answers.map(({ request_seq }) => request_seq).sort(), [1, 2, 3, 4, 5]);
  });

  it("goes on after what is no message", async () => {
    const initialize = framed({ seq: 1, type: "request", command: "initialize", arguments: { adapterID: "conv" } });
    const { status, stdout, stderr } = await raw(
      [
        "\uFEFFContent-Length: 3\r\n\r\n{x}",
        "Content-Length: 4\r\n\r\nnull",
        '{"seq":1,"type":"request"}\r\n',
        initialize.replace("Content-Length", "content-length"),
      ].join(""),
    );
    assert.equal(status, 0);
    const [noJson, noHeader, end] = stderr.split("\n");
    assert.match(noJson, /^conv dap: standard input: .*JSON/);
    assert.match(noHeader, /^conv dap: standard input: expected a header "Content-Length: BYTES".*found "\{/);
    assert.equal(end, "");
    assert.deepEqual(
      messagesOf(stdout).map(({ type, seq }) => [type, seq]),
      [["response", 1]],
    );
  });

  it("refuses options that it does not have, in one line and before it speaks", async () => {
    const { status, stdout, stderr } = await place.conv(["dap", "--threads", "many"]);
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, /^[^\n]+\n$/);
  });
});
