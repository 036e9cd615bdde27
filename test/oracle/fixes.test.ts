import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { explain } from "../../src/diagnose/explain";
import type { Explanation } from "../../src/diagnose/explanation";
import { fieldOf } from "../../src/diagnose/field";
import { hypothesesFor } from "../../src/diagnose/hypotheses/table";
import { modelOf } from "../../src/diagnose/model";
import { Pace } from "../../src/diagnose/pace";
import { arrangementFix, arrangementsOf, canonical } from "../../src/diagnose/stages/arrangement";
import { Engine } from "../../src/engine/engine";
import { assets, buildIfStale } from "../unit/engine/assets";
import { type PlantedCase, casesIn } from "./cases";
import { python } from "./oracle";

/**
 * The lines of code that are suggested, executed: programs are made wrong by every cause, and by two at a time; with the lines of the
 * answer each must give what the right layer gives, by PyTorch with autograd and by the textbook's NumPy. TensorFlow's lines are run on
 * NumPy's arrays in TensorFlow's layouts, where it is not installed.
 *   FIXES_SEED=n    other layers      FIXES_PAIRS=n    how many pairs are drawn, default 40
 */
const seed = Number(process.env.FIXES_SEED ?? 5);
const pairs = Number(process.env.FIXES_PAIRS ?? 40);

interface Verdict {
  readonly kind: "cause" | "pair" | "layout";
  readonly what: string;
  readonly framework: "pytorch" | "numpy" | "tensorflow";
  readonly lines: readonly string[];
  readonly wrong: string | null;
}

describe(`lines of code that put a mismatch right (FIXES_SEED=${seed})`, () => {
  const folder = mkdtempSync(join(tmpdir(), "conv-fixes-"));
  const ids = new Set<string>();
  let engine: Engine;
  let verdicts: readonly Verdict[];

  before(async () => {
    buildIfStale();
    engine = new Engine({ assets });
    const script = spawn(python, [
      "-B",
      fileURLToPath(new URL("fixes.py", import.meta.url)),
      folder,
      String(seed),
      String(pairs),
    ]);
    const answer = answersOf(script);
    await answer();
    const fixes: (Explanation["causes"] | null)[] = [];
    for (const planted of casesIn(folder)) fixes.push(await answered(planted));
    console.log(`    ${fixes.filter((causes) => causes === null).length} of ${fixes.length} have a simpler answer`);
    writeFileSync(join(folder, "fixes.json"), JSON.stringify(fixes));
    writeFileSync(join(folder, "arrangements.json"), JSON.stringify(arrangements()));
    script.stdin.end("\n");
    await answer();
    verdicts = JSON.parse(readFileSync(join(folder, "verdicts.json"), "utf8")) as Verdict[]; // as the script writes them
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await engine.dispose();
  });

  /** The causes that were planted, where they are among the best answers, with their lines. Notes all that is supposed of the layer. */
  async function answered({ one, inputs, expected }: PlantedCase) {
    const run = await engine.run(inputs);
    const base = await modelOf(run, new Pace({}));
    const { geometry, arithmetic } = run;
    const circumstances = { geometry, dtype: arithmetic.dtype, base, out: fieldOf(run.tensors.out), expectedOut: null };
    for (const { id } of hypothesesFor(circumstances)) ids.add(id);
    const diagnosis = await explain(run, expected, (again, signal) => engine.run(again, { signal }));
    const best = diagnosis.explanations.slice(0, diagnosis.tied);
    const found = best.find(({ causes }) => idsOf(causes).join() === one.causes.join());
    return found?.causes ?? null;
  }

  const of = (framework: Verdict["framework"], kind: Verdict["kind"]) =>
    verdicts.filter((one) => one.framework === framework && one.kind === kind);

  function allRight(some: readonly Verdict[]): void {
    const failed = some.filter(({ wrong }) => wrong !== null);
    assert.deepEqual(
      failed.map(({ what, lines, wrong }) => `${what}\n  ${lines.join("\n  ")}\n  ${wrong}`),
      [],
    );
  }

  for (const framework of ["pytorch", "numpy", "tensorflow"] as const) {
    it(`${framework}: a line for every cause there is`, () => {
      const run = of(framework, "cause");
      const causes = new Set(run.map(({ what }) => what));
      console.log(`    ${run.length} programs with ${causes.size} causes`);
      allRight(run);
      assert.deepEqual(
        [...ids].filter((id) => !causes.has(id)),
        [],
        "never run",
      );
    });

    it(`${framework}: two lines, one after the other, for two causes`, () => {
      const run = of(framework, "pair");
      console.log(`    ${run.length} programs`);
      assert.ok(run.length > pairs / 2);
      allRight(run);
    });

    it(`${framework}: every layout of a step in between`, () => {
      const run = of(framework, "layout");
      assert.equal(run.length, 2 * arrangements().length); // as its axes say, and reshaped by mistake
      allRight(run);
    });
  }
});

function idsOf(causes: Explanation["causes"]): string[] {
  return causes.map(({ id }) => id).sort();
}

/** Steps in between in every layout, no two axes of one size. */
function arrangements(): object[] {
  const sizes = { n: 2, y: 3, x: 5, c: 4, k: 6, l: 7, f: 8 };
  return (["col", "product", "dcol"] as const).flatMap((name) =>
    arrangementsOf(name).map((axes) => ({
      ...{ name, axes, sizes },
      wanted: canonical[name],
      fix: arrangementFix(name, axes, sizes),
    })),
  );
}

/** The next line that a script says; what it fails with otherwise. */
function answersOf({ stdout, stderr }: ChildProcessWithoutNullStreams): () => Promise<void> {
  let failure = "";
  stderr.setEncoding("utf8").on("data", (text: string) => (failure += text));
  const lines = createInterface(stdout)[Symbol.asyncIterator]();
  return async () => {
    const { done } = await lines.next();
    if (done === true) throw new Error(`fixes.py failed:\n${failure}`);
  };
}
