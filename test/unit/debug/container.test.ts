import assert from "node:assert/strict";
import fc from "fast-check";
import { type Container, type Present, pageOf } from "../../../src/debug/container";
import { References } from "../../../src/debug/references";

const counting = (length: number): Container => ({
  named: () => [{ name: "name", value: "", variablesReference: 0 }],
  length,
  at: (i) => ({ name: `[${i}]`, value: String(i), variablesReference: 0 }),
  part: () => null,
});

describe("pages of variables", () => {
  const now = () => ({ containers: new References<Container>() }) as Present; // pages need nothing else of it

  it("are what was asked for", () => {
    const names = (page: object) => pageOf(counting(5), page, now()).map(({ name }) => name);
    assert.deepEqual(names({}), ["name", "[0]", "[1]", "[2]", "[3]", "[4]"]);
    assert.deepEqual(names({ filter: "named" }), ["name"]);
    assert.deepEqual(names({ filter: "indexed", start: 3 }), ["[3]", "[4]"]);
    assert.deepEqual(names({ filter: "indexed", start: 1, count: 2 }), ["[1]", "[2]"]);
    assert.deepEqual(names({ filter: "indexed", start: 9, count: 2 }), []);
  });

  it("are groups of groups where there are many: each element is in one of them, and no list is long", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.double({ min: 0, max: 1, noNaN: true }), (length, share) => {
        const present = now();
        const wanted = Math.floor(share * (length - 1));
        let container = counting(length);
        for (;;) {
          const list = pageOf(container, { filter: "indexed" }, present);
          assert.ok(list.length <= 101, String(list.length));
          if (length === 0) {
            assert.equal(list.length, 0);
            return;
          }
          const groups = list.map(({ name }) => /^\[(\d+) … (\d+)\]$/.exec(name)?.slice(1).map(Number));
          const at = groups.findIndex((ends) => ends && ends[0] <= wanted && wanted <= ends[1]);
          if (at < 0) {
            assert.ok(list.some(({ value }) => Number(value) === wanted));
            return;
          }
          container = present.containers.get(list[at].variablesReference)!; // given out just now
        }
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});

describe("references", () => {
  it("are never given out twice", () => {
    const references = new References<string>();
    const first = references.of("a");
    references.clear();
    const second = references.of("b");
    assert.notEqual(first, second);
    assert.deepEqual([references.get(first), references.get(second), references.get(0)], [undefined, "b", undefined]);
  });
});
