import assert from "node:assert/strict";
import fc from "fast-check";
import { checkedReportCall } from "../../../src/protocol/reportChecks";
import { ReportHost, type ReportShowing, type Seen } from "../../../src/report/host";

/** Everything that reached the other side. */
function recorded() {
  const did: string[] = [];
  const posted: { i?: string; r?: unknown; m?: string; a?: unknown[] }[] = [];
  const host = new ReportHost({
    post: (messages) => {
      posted.push(...(messages as typeof posted)); // birpc's own
      return Promise.resolve(true);
    },
    log: () => undefined,
    act: (action) => did.push(action),
    copy: (copied) => did.push(copied),
  });
  let asked = 0;
  const ask = async (m: string, ...a: unknown[]): Promise<unknown> => {
    const i = String(++asked);
    host.receive([{ t: "q", i, m, a }]);
    for (let turns = 0; turns < 1000; turns++) {
      const answer = posted.find((message) => message.i === i);
      if (answer !== undefined) return answer.r;
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error(`${m} was not answered`);
  };
  return { host, did, posted, ask };
}

const shape = [1, 2, 3, 4];
const seen: Seen = {
  shape,
  measure: "difference",
  pictures: [{ label: "here − expected", worst: 23, words: "off by 23", at: (i) => (i === 0 ? null : i) }],
};

function showing(did: string[]): ReportShowing {
  const fix = { pytorch: "a", tensorflow: "b", numpy: "c" };
  return {
    report: {
      ...{
        kind: "mismatch",
        title: "edges",
        headline: "",
        about: "",
        mood: "open",
        stages: [],
        results: [],
        nearest: [],
        remarks: [],
      },
      answers: [{ names: [["no padding"]], explains: ["out"], remains: "", fixes: [fix], setting: null }],
      sections: [{ title: "Cause", count: 1, best: true }],
    },
    evidence: (answer, tensor) => Promise.resolve(answer === 0 && tensor === "out" ? seen : null),
    adopt: (answer) => did.push(`adopt ${answer}`),
    goTo: ({ tensor, index }) => did.push(`${tensor}[${index.join(", ")}]`),
  };
}

async function shown() {
  const all = recorded();
  all.host.show(showing(all.did));
  const ready = (await all.ask("ready")) as { report: { id: number } };
  return { ...all, report: ready.report.id };
}

describe("the host of reports", () => {
  it("gives evidence with its extremes, and tiles of it", async () => {
    const { ask, report } = await shown();
    const evidence = (await ask("evidence", { report, answer: 0, tensor: "out" })) as {
      pictures: { extremes: Float64Array }[];
    };
    assert.deepEqual([...evidence.pictures[0].extremes], [1, 23]);
    const rect = { top: 1, left: 0, bottom: 3, right: 4 };
    const wanted = { report, answer: 0, tensor: "out", picture: 0, plane: [0, 1], rect, level: 0 };
    const tile = (await ask("tile", wanted)) as { mean: Float64Array };
    assert.deepEqual([...tile.mean], [16, 17, 18, 19, 20, 21, 22, 23]);
    assert.equal(await ask("tile", { ...wanted, plane: [0, 2] }), null);
    assert.equal(await ask("tile", { ...wanted, picture: 1 }), null);
    assert.equal(await ask("tile", { ...wanted, rect: { ...rect, bottom: 4 } }), null);
    assert.equal(await ask("tile", { ...wanted, answer: -1 }), null);
  });

  it("answers nothing, and does nothing, about a report that is gone", async () => {
    const { ask, report, did, host } = await shown();
    host.show(showing(did));
    assert.equal(await ask("evidence", { report, answer: 0, tensor: "out" }), null);
    await ask("adopt", { report, answer: 0 });
    await ask("goTo", { report, tensor: "out", index: [0, 0, 0, 0] });
    await ask("copy", { report, answer: 0, cause: 0, framework: "numpy" });
    assert.deepEqual(did, []);
  });

  it("passes on what is asked for by its place only", async () => {
    const { ask, report, did } = await shown();
    await ask("copy", { report, answer: 0, cause: 0, framework: "numpy" });
    await ask("copy", { report, answer: 0, cause: 1, framework: "numpy" });
    await ask("copy", { report, answer: -1, cause: 0, framework: "numpy" });
    await ask("adopt", { report, answer: 0 });
    await ask("goTo", { report, tensor: "dW", index: [0, 1] });
    await ask("act", "runAgain");
    assert.deepEqual(did, ["c", "adopt 0", "dW[0, 1]", "runAgain"]);
  });

  it("lets through only what is in the protocol", () => {
    const right = { report: 1, answer: 0, tensor: "out" };
    assert.ok(checkedReportCall({ t: "q", i: "1", m: "evidence", a: [right] }));
    const wrong = fc.oneof(
      fc.constantFrom<unknown>(
        undefined,
        null,
        -2,
        0.5,
        NaN,
        2 ** 53,
        "",
        "__proto__",
        "x",
        [],
        {},
        new Float64Array(2),
      ),
      fc.anything(),
    );
    fc.assert(
      fc.property(fc.constantFrom("report", "answer", "tensor"), wrong, (key, value) => {
        const isRight =
          key === "tensor"
            ? ["out", "dx", "dW", "db", "col", "product", "dcol"].includes(value as string)
            : Number.isSafeInteger(value) &&
              (value as number) >= (key === "answer" ? -1 : 0) &&
              (key === "report" || (value as number) <= 4096);
        fc.pre(!isRight);
        assert.equal(checkedReportCall({ t: "q", i: "1", m: "evidence", a: [{ ...right, [key]: value }] }), null);
      }),
      { numRuns: 2000 },
    );
  });
});
