import assert from "node:assert/strict";
import fc from "fast-check";
import { PanelHost } from "../../../src/panel/host";
import { savedStep } from "../../../src/panel/savedStep";
import { checkedCall } from "../../../src/protocol/checks";
import { Session } from "../../../src/session/session";
import { smallRun, testWire } from "./support";

const names = [
  "ready",
  "seek",
  "move",
  "interrupt",
  "setDepth",
  "tile",
  "strip",
  "element",
  "summary",
  "act",
  "choose",
] as const;
const rect = { top: 0, left: 0, bottom: 4, right: 4 };
const picture = { tensor: "x", plane: [0, 0], transposed: false };
/** One argument list of each request that is right in every part. */
const right: Readonly<Record<(typeof names)[number], readonly unknown[]>> = {
  ready: [],
  seek: [{ run: 1, step: 3 }],
  move: ["next"],
  interrupt: [],
  setDepth: ["cell"],
  tile: [{ run: 1, picture, step: 3, rect, level: 0 }],
  strip: [{ run: 1, step: 3, from: 0, count: 8 }],
  element: [{ run: 1, tensor: "out", offset: 0, step: 3, largest: 4 }],
  summary: [{ run: 1, tensor: "out" }],
  act: ["showLog"],
  choose: [{ run: 1, note: 0, choice: 0 }],
};

/** What never stands where a whole number, a name or a record is due. */
const wrong = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    -2,
    0.5,
    NaN,
    Infinity,
    2 ** 53,
    1e300,
    "",
    "__proto__",
    "constructor",
    "toString",
    "../../../etc/passwd",
    "workbench.action.terminal.new",
    "<img src=x onerror=alert(1)>",
    [],
    [[]],
    new Array(10_000).fill(0),
    new Float64Array(16),
    () => 1,
    10n,
  ),
  fc.string({ minLength: 12 }),
  fc.dictionary(fc.string(), fc.anything(), { maxKeys: 4 }),
);

/** A request with one thing wrong: a part of its argument, an argument too many, its kind, its name or its number. */
const spoilt = fc
  .record({ name: fc.constantFrom(...names), place: fc.nat(), bad: wrong, how: fc.nat(5) })
  .map(({ name, place, bad, how }): unknown => {
    const call = { t: "q", i: "1", m: name, a: right[name] };
    switch (how) {
      case 0:
        return { ...call, a: [...right[name], bad] };
      case 1:
        return { ...call, m: typeof bad === "string" ? bad : `${name}!` };
      case 2:
        return { ...call, t: bad };
      case 3:
        return { ...call, i: "x".repeat(65 + (place % 1000)) };
      case 4:
        return { ...call, a: bad === undefined ? null : typeof bad === "object" ? { 0: bad } : bad };
      default:
        return { ...call, a: right[name].length === 0 ? [bad] : [replaced(right[name][0], place, bad)] };
    }
  });

/** One part of a value, at any depth, replaced. */
function replaced(value: unknown, place: number, bad: unknown): unknown {
  if (typeof value !== "object" || value === null || place % 5 === 0) return bad;
  const keys = Object.keys(value);
  const key = keys[place % keys.length];
  const part: unknown = Reflect.get(value, key);
  // No plane is a picture too: of the matrix.
  const changed = replaced(part, Math.floor(place / 5) + 1, key === "plane" ? (bad ?? "none") : bad);
  return Array.isArray(value)
    ? value.map((each: unknown, at) => (String(at) === key ? changed : each))
    : { ...value, [key]: changed };
}

describe("messages from the webview", () => {
  it("are let through when they are right", () => {
    for (const name of names) assert.notEqual(checkedCall({ t: "q", i: "1", m: name, a: right[name] }), null, name);
  });

  it("are rebuilt from their known parts alone", () => {
    const call = checkedCall({ t: "q", m: "seek", a: [{ run: 1, step: 3, path: "/etc/passwd" }], command: "x" });
    assert.deepEqual(call, { t: "q", m: "seek", a: [{ run: 1, step: 3 }] });
  });

  it("have no effect where anything about them is wrong: 100 000 of them", async () => {
    const wire = testWire();
    const host = new PanelHost(wire);
    const session = new Session(smallRun());
    host.show({ session, title: "small", notes: [] });
    const step = session.step;
    const hostile = fc.oneof({ weight: 4, arbitrary: spoilt }, { weight: 1, arbitrary: fc.anything() });
    for (let seed = 1; seed <= 10; seed++)
      for (const message of fc.sample(hostile, { numRuns: 10_000, seed })) host.receive([message]);
    for (const message of fc.sample(hostile, { numRuns: 1000, seed: 11 })) host.receive(message);
    host.receive(Array.from({ length: 1025 }, () => ({ t: "q", m: "seek", a: [{ run: 1, step: 3 }] })));
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(session.step, step);
    assert.equal(session.depth, "tap");
    assert.deepEqual([wire.posted, wire.acts, wire.choices], [[], [], []]);
    // Logged, but not one line each.
    assert.ok(wire.lines.length >= 8 && wire.lines.length < 40, String(wire.lines.length));
    assert.ok(wire.lines.every((line) => /^Dropped a message .* \(\d+ so far\)$/.test(line)));
  }).timeout(60_000);

  it("cost the same however large they are", () => {
    const huge = { t: "q", m: "seek", a: [{ run: 1, step: 3, rest: new Array(1_000_000).fill({ a: 1 }) }] };
    assert.deepEqual(checkedCall(huge)?.a, [{ run: 1, step: 3 }]);
    assert.equal(checkedCall({ t: "q", m: "tile", a: new Array(1_000_000).fill(0) }), null);
    assert.equal(checkedCall({ t: "q", m: "x".repeat(1_000_000), a: [] }), null);
  });
});

describe("the state that a page put away", () => {
  it("is taken for its step only, and only where it looks like one of ours", () => {
    assert.equal(savedStep({ version: 1, step: 187123, selected: null }), 187123);
    for (const bad of [undefined, null, 7, "x", [], { version: 2, step: 1 }, { version: 1, step: -1 }, { version: 1 }])
      assert.equal(savedStep(bad), null);
    assert.equal(savedStep({ version: 1, step: "1; rm" }), null);
    assert.equal(savedStep(JSON.parse('{"version":1,"step":1e400}')), null);
  });
});
