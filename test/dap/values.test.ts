import assert from "node:assert/strict";
import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { Client, numpy } from "./support";

const one = { threadId: 1 };

async function frames(client: Client): Promise<P.StackFrame[]> {
  return (await client.body<{ stackFrames: P.StackFrame[] }>("stackTrace", one)).stackFrames;
}

async function variables(client: Client, variablesReference: number, page: object = {}): Promise<P.Variable[]> {
  return (await client.body<{ variables: P.Variable[] }>("variables", { variablesReference, ...page })).variables;
}

async function scope(client: Client, name: string, frame = 0): Promise<number> {
  const { id } = (await frames(client))[frame];
  const { scopes } = await client.body<{ scopes: P.Scope[] }>("scopes", { frameId: id });
  const found = scopes.find((one) => one.name === name);
  assert.ok(found, `there is no scope ${name}`);
  return found.variablesReference;
}

const values = (list: readonly P.Variable[]) => Object.fromEntries(list.map(({ name, value }) => [name, value]));

async function value(client: Client, expression: string): Promise<string> {
  return (await client.body<{ result: string }>("evaluate", { expression, context: "watch" })).result;
}

/** All elements of a tensor, read through the variables as a client does, axis by axis. */
async function elements(client: Client, reference: number): Promise<string[]> {
  const found: string[] = [];
  for (const { value: text, variablesReference } of await variables(client, reference, { filter: "indexed" }))
    found.push(...(variablesReference === 0 ? [text] : await elements(client, variablesReference)));
  return found;
}

const shapes: Readonly<Record<string, readonly number[]>> = {
  x: [1, 2, 4, 5],
  W: [3, 2, 3, 2],
  b: [3],
  dout: [1, 3, 4, 5],
  col: [20, 12],
};

function numpyAt(name: string, index: readonly number[]): number {
  return numpy.tensors[name][index.reduce((offset, i, axis) => offset * shapes[name][axis] + i, 0)];
}

describe("what the debugger shows", () => {
  it("is at step 187 123 of the pinned layer where the design says", async () => {
    const client = new Client();
    await client.start("pin", { stopAt: 187123 });
    const stack = await frames(client);
    assert.deepEqual(
      stack.map(({ name }) => name),
      ["c 1, ky 1, kx 1", "n 0, oy 11, ox 17, f 2", "gemm"],
    );
    const indices = values(await variables(client, await scope(client, "Indices")));
    const { stage, step, n, oy, ox, f, c, ky, kx } = indices;
    assert.deepEqual(
      { stage, step, n, oy, ox, f, c, ky, kx },
      { stage: "gemm", step: "187123", n: "0", oy: "11", ox: "17", f: "2", c: "1", ky: "1", kx: "1" },
    );
    // padding 1, stride 1: the tap looks at oy + ky - 1, ox + kx - 1
    assert.deepEqual([indices.iy, indices.ix], ["11", "17"]);
    assert.deepEqual(
      [await value(client, "iy + 1"), await value(client, "x[n, c, iy, ix] == col[row, tap]")],
      ["12", "true"],
    );
    // The frame around it knows the cell, not the tap; the outermost one only the stage.
    const cell = values(await variables(client, await scope(client, "Indices", 1)));
    assert.deepEqual([cell.f, cell.c, cell.ox], ["2", undefined, "17"]);
    const outer = values(await variables(client, await scope(client, "Indices", 2)));
    assert.deepEqual([outer.stage, outer.f], ["gemm", undefined]);
    await client.ask("continue", one);
    assert.equal(await value(client, "step"), "1398783");
  });

  it("is every tensor that NumPy has, once the run is over", async () => {
    const client = new Client();
    await client.start("numpy");
    await client.ask("continue", one);
    assert.equal(await value(client, "step + 1"), String(numpy.total));
    for (const { name, variablesReference } of await variables(client, await scope(client, "Tensors")))
      assert.deepEqual((await elements(client, variablesReference)).map(Number), numpy.tensors[name], name);
  });

  it("is not there before it is written, and in part while it is", async () => {
    const client = new Client();
    await client.start("numpy", { stopAt: "out[0, 1, 2, 3]" });
    const shown = values(await variables(client, await scope(client, "Tensors")));
    assert.match(shown.x, /^1×2×4×5 float32, -9 … 7/);
    assert.match(shown.out, /^1×3×4×5 float32, \d+ % done$/);
    assert.match(shown.dx, /not yet written$/);
    const out = numpy.tensors.out[20 + 2 * 5 + 3];
    assert.equal(await value(client, "out[0, 1, 2, 3]"), String(out));
    // The sum lacks the bias, which is added last.
    const sum = values(await variables(client, await scope(client, "Running Sum")));
    assert.equal(Number(sum.acc), out - numpy.tensors.b[1]);
    assert.equal(sum.bias, String(numpy.tensors.b[1]));
    assert.equal(sum.terms, "12 of 12, block 2 of 2");
    await client.body("stepBack", one);
    await client.body("stepIn", one);
    assert.equal((await frames(client))[0].name, "c 0, ky 0, kx 0");
    const begun = await variables(client, await scope(client, "Running Sum"));
    assert.equal(values(begun).terms, "1 of 12, block 1 of 2");
    assert.equal(begun.filter(({ name }) => name.startsWith("[")).length, 1);
  });

  it("is beside the lines what NumPy has at their places", async () => {
    const client = new Client();
    await client.start("numpy");
    let seen = 0;
    for (let step = 0; step < numpy.total; step += 13) {
      await client.body("restart", { arguments: { program: "/w/numpy.conv.json", stopAt: step } });
      const [{ id }] = await frames(client);
      const { lines } = await client.body<{ lines: { values: string[] }[] }>("inlineValues", { frameId: id });
      for (const text of lines.flatMap((line) => line.values)) {
        const [, name, index, shown] = /^(\w+)\[(.*)\] = (\S+)/.exec(text) ?? [];
        // Results may be partial sums still, and what is outside of x is not in it.
        if (!["x", "W", "b", "dout", "col"].includes(name) || text.endsWith("(padding)")) continue;
        assert.equal(Number(shown), numpyAt(name, index.split(", ").map(Number)), `${text} at step ${step}`);
        seen++;
      }
    }
    assert.ok(seen > 200, String(seen));
  });

  it("is a sum whose terms add up to what NumPy has, also of dx", async () => {
    const client = new Client();
    await client.start("numpy", { stopAt: "dx[0, 1, 2, 3]" });
    const list = await variables(client, await scope(client, "Running Sum"));
    const terms = list.filter(({ name }) => name.startsWith("[")).map(({ value: text }) => Number(text.split(",")[0]));
    assert.equal(
      terms.reduce((sum, term) => sum + term, 0),
      numpy.tensors.dx[20 + 2 * 5 + 3],
    );
  });

  it("is the bytes of the tensor", async () => {
    const client = new Client();
    await client.start("numpy", { stopAt: 2699 });
    for (const name of ["x", "W", "b", "dout", "out", "db", "dW", "dx", "col", "dcol"]) {
      const count = numpy.tensors[name].length * 4;
      const { data = "", unreadableBytes } = await client.body<{ data?: string; unreadableBytes?: number }>(
        "readMemory",
        {
          memoryReference: name,
          count,
        },
      );
      const bytes = Uint8Array.from(Buffer.from(data, "base64"));
      assert.deepEqual([...new Float32Array(bytes.buffer)], numpy.tensors[name], name);
      assert.equal(unreadableBytes, undefined);
    }
  });

  it("follows an edited number through the whole run, at the same place", async () => {
    const client = new Client();
    await client.start("numpy", { stopAt: 2699 });
    const tensors = await variables(client, await scope(client, "Tensors"));
    const b = tensors.find(({ name }) => name === "b")?.variablesReference;
    const answer = await client.body<{ value: string }>("setVariable", {
      variablesReference: b,
      name: "[1]",
      value: "104",
    });
    assert.equal(answer.value, "104");
    await client.event("invalidated");
    assert.equal(await value(client, "step"), "2699");
    assert.equal(await value(client, "out[0, 1, 2, 3]"), String(numpy.tensors.out[33] + 100));
    assert.equal(await value(client, "out[0, 0, 2, 3]"), String(numpy.tensors.out[13]));
    // dcol = dout · W: twice the weight, twice that part of the gradient.
    const before = numpy.tensors.W[0];
    await client.body("setExpression", { expression: "W[0, 0, 0, 0]", value: "2 * W[0, 0, 0, 0]" });
    assert.equal(await value(client, "dcol[0, 0]"), String(numpy.tensors.dcol[0] + before * numpy.tensors.dout[0]));
  });

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

  it("is every digit of a whole number", async () => {
    const client = new Client();
    await client.start("numpy");
    for (const whole of ["1073741824", "16777216", "-8589934592", "9007199254740991"])
      assert.equal(await value(client, whole), whole);
    assert.equal(await value(client, "0.1 * 3"), "0.30000000000000004");
  });

  it("can be read and set where the batch is empty: the tensors that are there", async () => {
    const client = new Client();
    await client.start("empty");
    assert.deepEqual(
      [await value(client, "W[0, 0, 1, 1] + W.sum()"), await value(client, "x.shape"), await value(client, "db[0]")],
      ["14", "[0, 1, 4, 4]", "0"],
    );
    assert.match(await value(client, "W"), /^1×1×2×2 float32, 1 … 4, mean 2.5/);
    for (const nothing of ["stage", "step + 1", "iy", "acc", "out.max()"])
      assert.equal(await value(client, nothing), "nothing yet");
    assert.match(await client.refused("evaluate", { expression: "x[0, 0, 0, 0]" }), /axis 0 of x 0×1×4×4 has no 0/);
    await client.body("setExpression", { expression: "W[0, 0, 1, 1]", value: "W.max() * 2" });
    assert.equal(await value(client, "W[0, 0, -1, -1]"), "8");
  });

  it("cannot be set to what is not there yet", async () => {
    const client = new Client();
    await client.start("numpy");
    const wanted = { expression: "b[0]", value: "out[0, 0, 0, 0]" };
    assert.match(await client.refused("setExpression", wanted), /there is nothing yet/);
    assert.equal(await value(client, "b[0]"), String(numpy.tensors.b[0]));
    await client.body("setExpression", { expression: "b[0]", value: "nan" });
    assert.equal(await value(client, "b[0]"), "NaN");
  });

  it("is as short in messages and at filters as among variables", async () => {
    const client = new Client();
    const set = {
      input: [
        [0.1, 0.2, 0.3],
        [0.4, 0.5, 0.6],
        [0.7, 0.8, 0.9],
      ],
      weight: [[1]],
      expected: {
        out: [
          [
            [
              [0.1, 0.3, 0.3],
              [0.4, 0.5, 0.6],
              [0.7, 0.8, 0.9],
            ],
          ],
        ],
      },
    };
    await client.start("nan", { stopOnEntry: true, set });
    const { content } = await client.body<P.SourceResponse["body"]>("source", { sourceReference: 1 });
    const line = content.split("\n").findIndex((text) => text.includes("out[n, f, oy, ox] = acc")) + 1;
    const breakpoints = [{ line, logMessage: "{acc} of {x[0, 0, 0]}, {x[0, 0, 0, 0] * 2 / 3}" }];
    await client.body("setBreakpoints", { source: { sourceReference: 1 }, breakpoints });
    await client.body("setExceptionBreakpoints", { filters: ["mismatch"] });
    await client.ask("continue", one);
    assert.equal(client.lastStop.text, "out[0, 0, 0, 1] is 0.2, expected 0.3");
    const said = client.received.filter((message) => (message as P.Event).event === "output") as P.OutputEvent[];
    const [logged] = said.filter(({ body }) => body.source !== undefined); // the others are notes on the layer
    assert.match(logged.body.output, /^0\.1 of \[0\.1, 0\.2, 0\.3\] \(3\), 0\.0666666676600774\d\n/);
  });

  it("can be completed to every function and attribute that there is", async () => {
    const client = new Client();
    await client.start("numpy");
    const labels = async (text: string) => {
      const { targets } = await client.body<P.CompletionsResponse["body"]>("completions", {
        text,
        column: text.length + 1,
      });
      return targets.map(({ label }) => label);
    };
    for (const name of "min max mean sum std abs sqrt exp log argmax argmin any all isnan isinf shape".split(" "))
      assert.equal((await labels(name)).filter((label) => label === `${name}()`).length, 1, name);
    assert.deepEqual(await labels("x[0].sh"), ["shape"]);
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
});
