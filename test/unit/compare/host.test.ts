import assert from "node:assert/strict";
import { ComparisonHost, type Side } from "../../../src/compare/host";
import type { Compared, Judgement, PairFacts } from "../../../src/protocol/comparison";
import type { Differences } from "../../../src/tensor/differences";
import { workedOut } from "../../../src/tensor/readable";
import type { Tile } from "../../../src/tensor/slice";
import { tensor } from "../../../src/tensor/tensor";

interface Posted {
  readonly t: "q" | "s";
  readonly m?: string;
  readonly i?: string;
  readonly a?: readonly unknown[];
  readonly r?: unknown;
}

/** A host with a page that only listens and asks. */
function hosted() {
  const posted: Posted[] = [];
  const log: string[] = [];
  const chosen: unknown[] = [];
  const host = new ComparisonHost({
    post: (messages) => Promise.resolve(posted.push(...(messages as Posted[]))),
    log: (line) => log.push(line),
    named: () => undefined,
    chose: (...choice) => chosen.push(choice),
  });
  let asked = 0;
  const ask = async <T>(request: string, ...args: unknown[]): Promise<T> => {
    const i = `r${asked++}`;
    host.receive([{ t: "q", i, m: request, a: args }]);
    return (await until(() => posted.find((message) => message.t === "s" && message.i === i))).r as T;
  };
  const event = async <T>(name: string): Promise<T> =>
    (await until(() => posted.findLast((message) => message.m === name))).a![0] as T;
  return { host, posted, log, chosen, ask, event };
}

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((later) => setTimeout(later, 2));
  }
}

const side = (name: string, shape: number[], ...values: number[]): Side => ({
  name,
  tensor: tensor("float32", shape, Float32Array.from(values)),
});

describe("the host of a comparison", () => {
  it("has all there is to say when the page is there", async () => {
    const { host, ask } = hosted();
    host.show(side("a", [2, 2], 1, 2, 3, 4), side("b", [2, 2], 1, 2, 3, 4.5), {});
    const compared = await ask<Compared>("ready");
    assert.deepEqual(compared.shape, [2, 2]);
    assert.deepEqual(compared.left, { name: "a", dtype: "float32", shape: [2, 2] });
    assert.deepEqual(compared.judgement, { rtol: 1.3e-6, atol: 1e-5, failing: 1, first: 3, looked: 4 });
    assert.equal(compared.differences?.absolute.max, 0.5);
    const facts = await ask<PairFacts>("element", { id: compared.id, offset: 3 });
    assert.deepEqual([...facts.values], [4, 4.5, -0.5, 0.5, 0.5 / 4.5, 2 ** 20]);
    assert.deepEqual([facts.integers, facts.within], [[], false]);
    const rect = { top: 0, left: 0, bottom: 2, right: 2 };
    const tile = await ask<Tile>("tile", { id: compared.id, pane: "difference", plane: 0, rect, level: 0 });
    assert.deepEqual([...tile.mean], [0, 0, 0, -0.5]);
    host.dispose();
  });

  it("judges by another tolerance, and tells what was chosen", async () => {
    const { host, ask, event, chosen } = hosted();
    host.show(side("a", [3], 1, 2, 3), side("b", [3], 1.5, 2.25, 3), {});
    const { id } = await ask<Compared>("ready");
    await ask("judge", { id, rtol: 0, atol: 0.3 });
    const { judgement } = await event<{ judgement: Judgement }>("judged");
    assert.deepEqual(judgement, { rtol: 0, atol: 0.3, failing: 1, first: 0, looked: 3 });
    assert.deepEqual(chosen, [[{ reading: 0, tolerance: { rtol: 0, atol: 0.3 } }, false]]);
    assert.deepEqual((await ask<Compared>("ready")).judgement, judgement);
    host.dispose();
  });

  it("reads what differs in shape as what differs least, and otherwise when asked", async () => {
    const { host, ask } = hosted();
    // The transposed matrix, in C order.
    host.show(side("a", [2, 3], 1, 2, 3, 4, 5, 6), side("b", [3, 2], 1, 4, 2, 5, 3, 6), {});
    const compared = await ask<Compared>("ready");
    assert.equal(compared.readings[compared.reading].label, "transpose(1, 0)");
    assert.equal(compared.judgement?.failing, 0);
    await ask("read", { id: compared.id, reading: 0 });
    const reshaped = await ask<Compared>("ready");
    assert.equal(reshaped.readings[reshaped.reading].label, "reshape(2, 3)");
    assert.equal(reshaped.judgement?.failing, 4);
    assert.equal(await ask("element", { id: compared.id, offset: 0 }), null);
    host.dispose();
  });

  it("exchanges the sides with their tolerance", async () => {
    const { host, ask, chosen } = hosted();
    host.show(side("a", [2], 1, 2), side("b", [2], 1, 3), { tolerance: { rtol: 0, atol: 2 } });
    const { id } = await ask<Compared>("ready");
    await ask("exchange", { id });
    const { left, right, judgement } = await ask<Compared>("ready");
    assert.deepEqual([left.name, right.name, judgement?.atol, judgement?.failing], ["b", "a", 2, 0]);
    assert.deepEqual(chosen, [[{ tolerance: { rtol: 0, atol: 2 } }, true]]);
    host.dispose();
  });

  it("says that shapes cannot be set against each other", async () => {
    const { host, ask } = hosted();
    host.show(side("a", [2], 1, 2), side("b", [1, 3], 1, 2, 3), {});
    const compared = await ask<Compared>("ready");
    assert.deepEqual([compared.shape, compared.readings, compared.differences], [null, [], null]);
    const rect = { top: 0, left: 0, bottom: 0, right: 0 };
    assert.equal(await ask("tile", { id: compared.id, pane: "left", plane: 0, rect, level: 0 }), null);
    host.dispose();
  });

  it("begins with a sample of many elements, and looks at all of them in turns", async () => {
    const { host, ask, event } = hosted();
    const count = 1 << 18;
    const far = 200_001;
    const numbers = (wrong: number) => workedOut("float32", [512, 512], (i) => (i === far ? wrong : i % 11));
    host.show({ name: "a", tensor: numbers(0) }, { name: "b", tensor: numbers(100) }, {});
    const { id, differences } = await ask<Compared>("ready");
    assert.ok(differences!.looked < count);
    let turns = 0;
    const counting = setInterval(() => turns++);
    const all = await event<{ id: number; differences: Differences }>("measured");
    const { judgement } = await event<{ judgement: Judgement }>("judged");
    clearInterval(counting);
    assert.equal(all.id, id);
    assert.deepEqual([all.differences.looked, all.differences.equal], [count, count - 1]);
    assert.deepEqual([...all.differences.absolute.worst.offsets], [far]);
    assert.deepEqual([judgement.failing, judgement.first, judgement.looked], [1, far, count]);
    assert.ok(turns > 0, "others had their turn");
    host.dispose();
  });

  it("keeps integers of 64 bits exact", async () => {
    const { host, ask } = hosted();
    const big = (value: bigint): Side => ({ name: "i", tensor: tensor("int64", [1], BigInt64Array.of(value)) });
    host.show(big(2n ** 53n + 1n), big(2n ** 53n), {});
    const { id, judgement } = await ask<Compared>("ready");
    assert.equal(judgement?.failing, 1);
    const { integers, values } = await ask<PairFacts>("element", { id, offset: 0 });
    assert.deepEqual([integers, values[2]], [["9007199254740993", "9007199254740992"], 1]);
    host.dispose();
  });

  it("compares empty tensors", async () => {
    const { host, ask } = hosted();
    host.show(side("a", [0, 3]), side("b", [0, 3]), {});
    const { judgement, differences } = await ask<Compared>("ready");
    assert.deepEqual([judgement?.failing, differences?.looked, differences?.meanAbsolute], [0, 0, null]);
    host.dispose();
  });

  it("takes no message that is not in the protocol", async () => {
    const { host, ask, log } = hosted();
    host.show(side("a", [2], 1, 2), side("b", [2], 1, 3), {});
    const { id } = await ask<Compared>("ready");
    const rect = { top: 0, left: 0, bottom: 1, right: 1 };
    const bad = [
      null,
      { t: "q", m: "judge", a: [{ id, rtol: -1, atol: 0 }] },
      { t: "q", m: "judge", a: [{ id, rtol: NaN, atol: 0 }] },
      { t: "q", m: "tile", a: [{ id, pane: "__proto__", plane: 0, rect, level: 0 }] },
      { t: "q", m: "tile", a: [{ id, pane: "left", plane: 0.5, rect, level: 0 }] },
      { t: "q", m: "constructor", a: [] },
    ];
    for (const message of bad) host.receive([message]);
    assert.equal(log.length, bad.length);
    assert.equal(await ask("element", { id, offset: 2 }), null);
    assert.equal(await ask("tile", { id, pane: "left", plane: 0, rect: { ...rect, right: 3 }, level: 0 }), null);
    host.dispose();
  });
});
