import assert from "node:assert/strict";
import { expressionAt } from "../../../src/paused/expressionAt";

describe("expressionAt", () => {
  /** The pointer stands at ^. */
  const cases: readonly [line: string, expression: string][] = [
    ["y = ^weight * 2", "weight"],
    ["y = wei^ght * 2", "weight"],
    ["y = weight^ * 2", "weight"],
    ["loss(self.co^nv.weight)", "self.conv"],
    ["loss(self.conv.wei^ght)", "self.conv.weight"],
    ["a[0][1].we^ight", "a[0][1].weight"],
    ["a[b[0].c].we^ight", "a[b[0].c].weight"],
    ["layer->wei^ght[0]", "layer->weight"],
    ["ns::layer.wei^ght", "ns::layer.weight"],
    ["this?.wei^ght", "this?.weight"],
    ["größe.wei^ght", "größe.weight"],
    ["$x.dat^a", "$x.data"],
    ["make().wei^ght", "weight"], // a call may do something
    ["a[f(0)].wei^ght", "weight"],
    ["1 + ^ 2", ""],
    ["^", ""],
  ];
  for (const [line, expression] of cases)
    it(line, () => assert.equal(expressionAt(line.replace("^", ""), line.indexOf("^")), expression));
});
