import assert from "node:assert/strict";
import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { elements, frames, numpyAt, one, scope, value, values, variables } from "./reading";
import { Client, numpy } from "./support";

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
        // Results may be partial sums still, and padding is no element of x.
        if (!["x", "W", "b", "dout", "col"].includes(name)) continue;
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

  it("is where the first odd elements of tensors are that are not held", async () => {
    const client = new Client();
    await client.start("nan", { stopAt: "dx[0, 0, 2, 3]" });
    const list = await variables(client, await scope(client, "Tensors"));
    const first = async (name: string) => {
      const reference = list.find((found) => found.name === name)!.variablesReference;
      const [lazy] = await variables(client, reference, { filter: "named" });
      assert.deepEqual([lazy.name, lazy.presentationHint], ["first ones", { lazy: true }]);
      return (await variables(client, lazy.variablesReference))[0].value;
    };
    // x[0, 2] is NaN: the second window sees it at its second tap.
    assert.equal(await first("col"), "zero none, NaN [1, 1], infinity none");
    assert.equal(await first("dcol"), "zero none, NaN none, infinity none");
  });

  it("is read in as many parts as one likes, but never cut off", async () => {
    const client = new Client();
    await client.start("pin", { stopAt: 1398783 });
    const count = 1024 * 27 * 4;
    const why = await client.refused("readMemory", { memoryReference: "dcol", count });
    assert.equal(why, "110592 bytes of dcol are too many for one answer. Read at most 65532 at a time.");
    const parts: Buffer[] = [];
    for (let offset = 0; offset < count; offset += 65532) {
      const { data } = await client.body<{ data: string }>("readMemory", {
        memoryReference: "dcol",
        offset,
        count: 65532,
      });
      parts.push(Buffer.from(data, "base64"));
    }
    const bytes = Buffer.concat(parts);
    assert.equal(bytes.length, count);
    for (const [row, tap] of [
      [0, 0],
      [606, 20],
      [1023, 26],
    ])
      assert.equal(String(bytes.readFloatLE((row * 27 + tap) * 4)), await value(client, `dcol[${row}, ${tap}]`));
  });

  it("is every digit of a whole number", async () => {
    const client = new Client();
    await client.start("numpy");
    for (const whole of ["1073741824", "16777216", "-8589934592", "9007199254740991"])
      assert.equal(await value(client, whole), whole);
    assert.equal(await value(client, "0.1 * 3"), "0.30000000000000004");
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
});
