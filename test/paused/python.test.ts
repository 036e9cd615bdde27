import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { elementCount } from "../../src/tensor/tensor";
import { Debuggee } from "./debuggee";

interface Expected {
  readonly dtype?: string;
  readonly shape: readonly number[];
  readonly values?: readonly (number | string)[];
  readonly some?: Readonly<Record<string, number>>;
  readonly sum?: number;
}
const expected = JSON.parse(
  readFileSync(new URL("../fixtures/paused/expected.json", import.meta.url), "utf8"),
) as Readonly<Record<string, Expected>>; // what tensors.py wrote

/** As NumPy writes it: whole numbers, truth values and what JSON has no number for are texts. */
function written(value: number | bigint, dtype: string): number | string {
  if (dtype === "bool") return value === 0 ? "False" : "True";
  if (/int/.test(dtype)) return String(value);
  if (Number.isNaN(value)) return "nan";
  return value === Infinity ? "inf" : value === -Infinity ? "-inf" : Number(value);
}

describe("tensors of a paused Python program", () => {
  let program: Debuggee;
  before(async () => (program = await Debuggee.python("tensors.py")));
  after(() => program.adapter.kill());

  for (const [name, { dtype, shape, values, some, sum }] of Object.entries(expected))
    it(`reads ${name}`, async () => {
      const found = await program.read(name);
      assert.ok(found);
      if (dtype !== undefined) assert.equal(found.dtype, dtype);
      assert.deepEqual(found.shape, shape);
      assert.equal(found.data.length, elementCount(shape));
      if (values !== undefined)
        assert.deepEqual(
          Array.from<number | bigint, unknown>(found.data, (value) => written(value, found.dtype)),
          values,
        );
      for (const [at, value] of Object.entries(some ?? {})) assert.equal(found.data[Number(at)], value);
      if (sum !== undefined) {
        let total = 0;
        for (const value of found.data) total += Number(value);
        assert.ok(Math.abs(total - sum) < 1e-6 * Math.abs(sum) + 1e-6);
      }
    });

  it("reads expressions in the paused frame, of several lines and with comments", async () => {
    for (const expression of ["x", "layer.weight * 0 + 1", "x[\n  0, 1:]", "values['x'] if False else x  # own"])
      assert.equal((await program.read(expression))?.dtype, expression.includes("layer") ? "float32" : "float64");
  });

  const errors: Readonly<Record<string, RegExp>> = {
    text: /^text is not a tensor of numbers: .*found str\.$/,
    nothing: /found NoneType\.$/,
    complex: /found ndarray of complex64\.$/,
    t_complex: /found Tensor of torch\.complex64\.$/,
    objects: /found ndarray of object\.$/,
    structure: /found ndarray of \[\('a', '<f4'\)\]\.$/,
    longdouble: /found .*float128\.$/,
    dates: /found ndarray of datetime64\[D\]\.$/,
    ragged: /^ragged has no value .*ValueError: setting an array element with a sequence/,
    words: /^words is not a tensor of numbers/,
    mapping: /found dict\.$/,
    t_meta: /^t_meta has no value in the paused program: found \w+: /,
    nowhere: /^nowhere has no value in the paused program: found NameError: name 'nowhere' is not defined\.$/,
    "x[": /^x\[ has no value in the paused program: found SyntaxError: /,
    "layer.bias": /found AttributeError: 'Layer' object has no attribute 'bias'\.$/,
    "1 / 0": /found ZeroDivisionError: division by zero\.$/,
  };
  for (const [expression, message] of Object.entries(errors))
    it(`says what is wrong with ${expression}`, () => assert.rejects(program.read(expression), { message }));

  it("refuses what is over the budget before it is sent", async () => {
    program.requests.length = 0;
    await assert.rejects(program.read("np.zeros((1 << 20, 64))", { limit: 2 ** 20 }), {
      code: "too-large",
      message: /at most 1 MiB, found 512 MiB, float64 1048576×64\. Take a part/,
    });
    assert.equal(program.requests.length, 2); // which language, and how large
  });

  it("sees that an expression is not the same each time", async () => {
    await assert.rejects(program.read("np.random.rand(400, 1000)"), { code: "bad-value", message: /changed while/ });
    await assert.rejects(program.read("np.zeros(np.random.randint(1 << 18, 1 << 20))"), /changed while/);
  });

  it("can be cancelled between parts", async () => {
    const cancel = new AbortController();
    const frame = program.frame(cancel.signal);
    let parts = 0;
    const onProgress = () => {
      if (++parts === 3) cancel.abort(new Error("enough"));
    };
    await assert.rejects(program.read("np.zeros((64, 1 << 20), 'u1')", { onProgress }, frame), { message: "enough" });
    assert.ok(parts < 8);
  });

  it("finds out by asking that the program is Python, whatever the debugger is called", async () => {
    for (const type of ["node", "cppdbg", "my-own"])
      assert.equal((await program.read("x", {}, program.frame(undefined, type)))?.data[5], 5);
  });

  it("leaves no name behind and imports nothing", async () => {
    const names = "str((sorted(globals()), sorted(locals()), sorted(__import__('sys').modules)))";
    const before = await program.frame().evaluate(names, "clipboard");
    await program.read("several");
    await program.read("list_rows");
    assert.equal((await program.frame().evaluate(names, "clipboard")).result, before.result);
  });
});

describe("tensors of a Python program without NumPy", () => {
  let program: Debuggee;
  before(async () => (program = await Debuggee.python("plain.py")));
  after(() => program.adapter.kill());

  it("reads lists and buffers, whatever the program calls its own variables", async () => {
    const seen = async (expression: string) => {
      const found = await program.read(expression);
      return found && [found.dtype, found.shape.join(), Array.from<number | bigint, number>(found.data, Number).join()];
    };
    assert.deepEqual(await seen("net.rows"), ["int64", "2,3", "1,2,3,4,5,6"]);
    assert.deepEqual(await seen("floats"), ["float64", "2,2,2", "1,2.5,3,4,5,6,7,1"]);
    assert.deepEqual(await seen("bools"), ["bool", "2", "1,0"]);
    assert.deepEqual(await seen("huge"), ["float64", "2", `${2 ** 70},1`]);
    assert.deepEqual(await seen("empty"), ["float64", "2,0", ""]);
    assert.deepEqual(await seen("single"), ["float32", "2", "0.5,1.5"]);
    assert.deepEqual(await seen("strided"), ["int32", "3", "5,3,1"]);
    assert.deepEqual(await seen("big"), ["float64", "2", "1.5,-2"]);
    await assert.rejects(program.read("ragged"), {
      message: /ValueError: the list is ragged: not all parts at depth 2/,
    });
    await assert.rejects(program.read("words"), { message: /is not a tensor of numbers: .*found list\.$/ });
    await assert.rejects(program.read("letters"), { message: /found str\.$/ });
  });

  it("evaluates the expression of a small tensor once", async () => {
    await program.read("once()");
    assert.equal((await program.frame().evaluate("len(calls)", "clipboard")).result, "1");
  });

  it("says so when the program ends meanwhile", () =>
    assert.rejects(program.read("bytes(2**24)", { onProgress: () => program.adapter.kill() }), {
      message: "bytes(2**24) has no value in the paused program: found the adapter has ended.",
    }));
});
