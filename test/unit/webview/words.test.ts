import assert from "node:assert/strict";
import fc from "fast-check";
import { geometryOf } from "../../../src/conv/geometry";
import { defaultSpec } from "../../../src/conv/spec";
import { Steps } from "../../../src/trace/order/steps";
import { bytesText, exact, grouped, hex, parseWhole, short } from "../../../webview/format";
import { destinationOf } from "../../../webview/goTo";

describe("short", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [-0, "−0"],
    [1, "1"],
    [-12, "−12"],
    [0.4441, "0.444"],
    [-0.5034949, "−0.503"],
    [123.456, "123.46"],
    [1234.56, "1234.6"],
    [123456.7, "123457"],
    [1234567, "1.23e6"],
    [0.000123, "1.23e−4"],
    [NaN, "NaN"],
    [Infinity, "∞"],
    [-Infinity, "−∞"],
  ];
  for (const [value, text] of cases) it(`writes ${value} as ${text}`, () => assert.equal(short(value), text));
});

describe("exact", () => {
  it("gives every float32 back from what it writes", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = exact(value, "float32").replace(/−/g, "-");
        assert.ok(Object.is(Math.fround(Number(text)), value));
      }),
      { numRuns: 2000 },
    );
  });
  it("writes the fewest digits: 0.1 is 0.1 in either type", () => {
    assert.equal(exact(Math.fround(0.1), "float32"), "0.1");
    assert.equal(exact(0.1, "float64"), "0.1");
    assert.equal(exact(16777216, "float32"), "16777216");
  });
});

describe("hex", () => {
  // Bits from IEEE 754: 1 = 0x3f800000, −0.5 = 0xbf000000, π as float64 = 0x400921fb54442d18.
  it("writes the bits that the type holds", () => {
    assert.equal(hex(1, "float32"), "0x3f800000");
    assert.equal(hex(-0.5, "float32"), "0xbf000000");
    assert.equal(hex(-0, "float32"), "0x80000000");
    assert.equal(hex(Math.PI, "float64"), "0x400921fb54442d18");
    assert.equal(hex(Infinity, "float64"), "0x7ff0000000000000");
  });
});

describe("grouped and parseWhole", () => {
  it("write and read groups of three", () => {
    assert.equal(grouped(1398784), "1\u202f398\u202f784");
    assert.equal(grouped(999), "999");
  });
  it("read back what was written, and what people type", () => {
    fc.assert(fc.property(fc.maxSafeNat(), (value) => assert.equal(parseWhole(grouped(value)), value)));
    for (const text of ["187123", "187 123", "187,123", "187_123", " 187123 "]) assert.equal(parseWhole(text), 187123);
  });
  it("refuse what is no whole number", () => {
    for (const text of ["", "-1", "1e5", "x", "0x10", "99999999999999999", "1/2"]) assert.equal(parseWhole(text), null);
  });
});

describe("bytesText", () => {
  it("counts in powers of 1024", () => {
    assert.equal(bytesText(64), "64 B");
    assert.equal(bytesText(65536), "64 KiB");
    assert.equal(bytesText(1728), "1.7 KiB");
    assert.equal(bytesText(5 * 2 ** 30), "5 GiB");
  });
});

describe("destinationOf", () => {
  const steps = new Steps(geometryOf([1, 3, 32, 32], [16, 3, 3, 3], [16], { ...defaultSpec, padding: 1 }));
  const withoutBias = new Steps(geometryOf([1, 3, 32, 32], [16, 3, 3, 3], null, { ...defaultSpec, padding: 1 }));

  it("reads a step, however it is grouped", () => {
    assert.deepEqual(destinationOf("187 123", steps), { kind: "step", step: 187123 });
  });
  it("reads a stage: its first step", () => {
    assert.deepEqual(destinationOf("gemm", steps), { kind: "step", step: 27648 });
    assert.deepEqual(destinationOf("DW", steps), { kind: "step", step: 27648 + 442368 + 16384 });
  });
  it("reads a row of col: the step that copies its first tap", () => {
    assert.deepEqual(destinationOf("row 369", steps), { kind: "step", step: 369 * 27 });
  });
  it("reads an element, with names of axes or without", () => {
    const element = { tensor: "out", index: [0, 2, 11, 17] };
    assert.deepEqual(destinationOf("out[0, 2, 11, 17]", steps), { kind: "element", element });
    assert.deepEqual(destinationOf("out[n 0, f 2, oy 11, ox 17]", steps), { kind: "element", element });
    assert.deepEqual(destinationOf("dW[0,0,0,0", steps), {
      kind: "element",
      element: { tensor: "dW", index: [0, 0, 0, 0] },
    });
  });
  it("says what was expected", () => {
    const why = (text: string, of = steps) => {
      const found = destinationOf(text, of);
      return found.kind === "wrong" ? found.why : JSON.stringify(found);
    };
    assert.equal(why("1398784"), "steps go from 0 to 1398783");
    assert.equal(why("row 1024"), "rows go from 0 to 1023");
    assert.equal(why("out[0, 2, 11, 32]"), "axis 3 of out goes from 0 to 31");
    assert.equal(why("out[0, 2]"), "out has 4 axes: 1 × 16 × 32 × 32");
    assert.equal(why("b[0]", withoutBias), "this layer has no bias");
    assert.match(why("constructor[0]"), /^tensors are x, W, b/);
    assert.match(why("../../etc/passwd"), /^a step/);
  });
});
