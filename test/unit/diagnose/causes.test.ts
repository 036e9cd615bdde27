import assert from "node:assert/strict";
import { type Diagnosis, explain } from "../../../src/diagnose/explain";
import { Engine } from "../../../src/engine/engine";
import { assets, buildIfStale } from "../engine/assets";
import { type Case, Planted } from "./planted";

describe("causes planted by PyTorch and NumPy", () => {
  let engine: Engine;
  const found: { readonly at: string; readonly one: Case; readonly diagnosis: Diagnosis }[] = [];

  before(async function () {
    this.timeout(600_000);
    buildIfStale();
    engine = new Engine({ assets });
    const table = new Planted("causes");
    for (const one of table.cases) {
      const run = await engine.run(table.inputs(one));
      const diagnosis = await explain(run, table.given(one), (inputs) => engine.run(inputs));
      found.push({ at: `${one.number} ${one.layer}: ${one.causes.join(" + ")} (${one.given.join()})`, one, diagnosis });
    }
  });
  after(() => engine.dispose());

  const planted = () => found.filter(({ one }) => one.causes.length > 0);
  const ids = ({ causes }: Diagnosis["explanations"][number]) =>
    causes
      .map(({ id }) => id)
      .sort()
      .join(" + ");
  const first = ({ explanations, tied }: Diagnosis) => explanations.slice(0, tied);

  it("are ranked first in at least 95 of 100", () => {
    assert.ok(planted().length >= 80);
    const missed = planted().filter(
      ({ one, diagnosis }) => !first(diagnosis).some((other) => ids(other) === one.causes.join(" + ")),
    );
    const names = missed.map(({ at, diagnosis }) => `${at} -> ${first(diagnosis).map(ids).join(" | ") || "nothing"}`);
    assert.ok(missed.length <= 0.05 * planted().length, `\n${names.join("\n")}`);
  });

  it("are explained in full, down to rounding", () => {
    for (const { at, diagnosis } of planted()) {
      assert.ok(
        diagnosis.symptoms.every(({ explained }) => explained),
        at,
      );
      for (const { residual } of first(diagnosis)) assert.ok(residual <= 1, at);
    }
  });

  it("share their place with few others", () => {
    const ties = planted().map(({ diagnosis }) => diagnosis.tied);
    assert.ok(ties.reduce((sum, tie) => sum + tie, 0) / ties.length < 2, "on average");
  });

  it("are not made up where nothing that is known was done", () => {
    const none = found.filter(({ one }) => one.causes.length === 0);
    assert.equal(none.length, 20);
    for (const { at, diagnosis } of none) {
      assert.deepEqual(diagnosis.explanations.map(ids), [], at);
      assert.ok(
        diagnosis.symptoms.some(({ explained }) => !explained),
        at,
      );
    }
  });
});
