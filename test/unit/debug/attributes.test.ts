import assert from "node:assert/strict";
import { Ajv } from "ajv";
import { checked, launchJsonSchema, launchSchema, overridesOf } from "../../../src/debug/attributes";

const program = "layer.conv.json";

describe("launch attributes", () => {
  it("are checked by the schema that editors get", () => {
    const validate = new Ajv({ strict: false }).compile(launchJsonSchema());
    const cases: [object, boolean][] = [
      [{ program }, true],
      [{ program, type: "conv", request: "launch", __sessionId: "7" }, true],
      [{ program, stopAt: "gemm", stopOnEntry: true, backward: false }, true],
      [{ program, stopAt: 187123, set: ["stride=2,1"] }, true],
      [{ program, set: { stride: [2, 1], "layout.input": "NHWC" } }, true],
      [{}, false],
      [{ program: "" }, false],
      [{ program, stopAt: -1 }, false],
      [{ program, stopAt: true }, false],
      [{ program, backward: "no" }, false],
      [{ program, set: "stride=2" }, false],
      [{ program, set: [2] }, false],
    ];
    for (const [attributes, good] of cases) {
      assert.equal(validate(attributes), good, JSON.stringify(attributes));
      assert.equal(launchSchema.safeParse(attributes).success, good, JSON.stringify(attributes));
    }
    const described = Object.values(launchJsonSchema().properties as object) as { description?: string }[];
    assert.ok(described.length >= 5 && described.every(({ description }) => description));
  });

  it("take overrides in both forms", () => {
    assert.deepEqual(overridesOf({ program }), []);
    assert.deepEqual(overridesOf({ program, set: ["stride=2,1"] }), ["stride=2,1"]);
    assert.deepEqual(overridesOf({ program, set: { stride: [2, 1], "layout.input": "NHWC" } }), [
      "stride=[2,1]",
      'layout.input="NHWC"',
    ]);
  });

  it("say what is wrong, where, and what was expected", () => {
    assert.throws(() => checked(launchSchema, { program, set: [2] }, "launch"), {
      code: "bad-usage",
      message: "set: launch cannot be asked for like this: expected a text, or an object, found [2].",
    });
    assert.throws(() => checked(launchSchema, undefined, "launch"), {
      message: 'program: launch lacks "program": expected a text.',
    });
  });
});
