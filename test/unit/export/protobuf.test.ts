import assert from "node:assert/strict";
import { block, number } from "../../../src/export/protobuf";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

// The bytes are those of the encoding guide of Protocol Buffers.
describe("the ONNX file's bytes", () => {
  it("writes numbers as varints", () => {
    assert.equal(hex(number(1, 150)), "089601");
    assert.equal(hex(number(20, 2)), "a00102");
  });

  it("writes strings and messages with their length", () => {
    assert.equal(hex(block(2, "testing")), "120774657374696e67");
    assert.equal(hex(block(3, number(1, 150))), "1a03089601");
  });
});
