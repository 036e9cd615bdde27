import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Diagnosis, explain } from "../../src/diagnose/explain";
import { Engine } from "../../src/engine/engine";
import { assets, buildIfStale } from "../unit/engine/assets";
import { type Case, casesIn } from "./cases";
import { python } from "./oracle";

const seed = Number(process.env.ORACLE_SEED ?? 22);
/** Of one bug, and of two, that the script is to try to plant. */
const COUNT = 100;

describe(`causes planted at random, seed ${seed}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "conv-causes-"));
  let engine: Engine;
  const found: { readonly at: string; readonly one: Case; readonly diagnosis: Diagnosis }[] = [];

  before(async () => {
    buildIfStale();
    engine = new Engine({ assets });
    const script = join(process.cwd(), "test", "oracle", "causes.py");
    execFileSync(python, ["-B", script, folder, String(seed), String(COUNT)]);
    for (const { one, inputs, expected, at } of casesIn(folder)) {
      const run = await engine.run(inputs);
      found.push({
        at,
        one,
        diagnosis: await explain(run, expected, (again, signal) => engine.run(again, { signal })),
      });
    }
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await engine.dispose();
  });

  const idsOf = ({ causes }: Diagnosis["explanations"][number]) =>
    causes
      .map(({ id }) => id)
      .sort()
      .join(" + ");
  const firstOf = ({ explanations, tied }: Diagnosis) => explanations.slice(0, tied);
  /** A simpler cause that makes all the same numbers is what these numbers say. */
  const isSimpler = ({ one, diagnosis }: (typeof found)[number]) =>
    diagnosis.symptoms.every(({ explained }) => explained) &&
    diagnosis.explanations[0].causes.length < one.causes.length;

  for (const number of [1, 2])
    it(`${number} at a time: ranked first in at least 95 of 100, and no other cause in full`, () => {
      const planted = found.filter((one) => one.one.causes.length === number && !isSimpler(one));
      const missed = planted.filter(
        ({ one, diagnosis }) => !firstOf(diagnosis).some((other) => idsOf(other) === one.causes.join(" + ")),
      );
      const lines = missed.map(({ at, diagnosis }) => `${at} -> ${firstOf(diagnosis).map(idsOf).join(" | ")}`);
      console.log(`    ${planted.length - missed.length} of ${planted.length}\n${lines.join("\n")}`);
      assert.ok(planted.length > COUNT / 2);
      assert.ok(missed.length <= 0.05 * planted.length, lines.join("\n"));
      for (const { at, diagnosis } of missed)
        assert.ok(
          diagnosis.symptoms.some(({ explained }) => !explained),
          at,
        );
    });

  it("explains nothing that nobody can name", () => {
    const none = found.filter(({ one }) => one.causes.length === 0);
    assert.ok(none.length >= 20);
    for (const { at, diagnosis } of none) assert.deepEqual(diagnosis.explanations.map(idsOf), [], at);
  });
});
