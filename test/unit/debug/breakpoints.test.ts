import assert from "node:assert/strict";
import { Breakpoints } from "../../../src/debug/breakpoints";

describe("a client's breakpoints", () => {
  const breakpoints = new Breakpoints();
  const set = (...keys: readonly string[]) => {
    const place = () => ({ message: "nowhere" });
    breakpoints.set(
      "source",
      "breakpoint",
      keys.map((key) => ({ key, place })),
    );
    return breakpoints.answers("source").map(({ id }) => id!); // each has one
  };

  it("keep their numbers for as long as they are wanted, also where two are alike, and are then forgotten", () => {
    const [a, b, again] = set("a", "b", "a");
    assert.equal(new Set([a, b, again]).size, 3);
    assert.deepEqual(set("b", "a", "a"), [b, a, again]);
    const [same, other] = set("a", "c");
    assert.deepEqual([same, [a, b, again].includes(other)], [a, false]);
    const late = set("b", "c");
    assert.equal(late[1], other);
    assert.notEqual(late[0], b, "nothing is kept of what was replaced");
    assert.deepEqual(set(), []);
    assert.ok(![...late, a].includes(set("c")[0]));
  });
});
