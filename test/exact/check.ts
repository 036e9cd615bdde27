import assert from "node:assert/strict";
import type { Run } from "../../src/conv/run";
import type { ArithmeticKind } from "../../src/engine/engine";
import { type Definition, allowedUnits, assertExact, assertSameKinds, definitionOf, worstShares } from "./bound";
import type { Coverage } from "./coverage";
import type { Crew, Crews } from "./crews";
import { type Case, inputsOf } from "./layers";
import { type Cells, assertSameBits, cellsOf, replayed } from "./replay";

const arithmetics: readonly ArithmeticKind[] = ["fast", "reproducible"];

/** One layer in both arithmetics: every way of computing it gives the bits of the replay, and they are near the definition. */
export async function checkLayer(one: Case, turn: number, crews: Crews, seen: Coverage): Promise<void> {
  const inputs = inputsOf(one);
  let expected: Cells | undefined;
  let definition: Definition | undefined;
  let last: Run | undefined;
  for (const arithmetic of arithmetics) {
    const hold = async (crew: Crew) => {
      const run = await crew.run(inputs, arithmetic);
      const who = `${crew.name} (${run.timing.kernel}), ${arithmetic}`;
      assert.ok(arithmetic === "fast" || !run.arithmetic.fused, who);
      // A host without fused multiply-add has one arithmetic: it is replayed once.
      if (expected === undefined || run.arithmetic.fused !== last?.arithmetic.fused) expected = replayed(run);
      last = run;
      assertSameBits(cellsOf(run), expected, who);
      seen.ran(run);
    };
    for (const crew of crews.threads(turn)) await hold(crew);
    if (one.extra === "scalar" && arithmetic === "reproducible") await hold(crews.scalar);
    if (one.extra.endsWith("tiles")) seen.tiles(await crews.inTiles(one, hold));
    if (last === undefined) continue;
    definition ??= definitionOf(inputs, last.tensors.dout.data);
    compareWithDefinition(one, last, definition, seen);
  }
  seen.layer(one);
}

function compareWithDefinition(
  { fill, dtype, withDout }: Case,
  run: Run,
  definition: Definition,
  seen: Coverage,
): void {
  const cells = cellsOf(run);
  if (fill === "wild") {
    if (dtype === "float32") assertSameKinds(cells, definition);
  } else {
    if (fill === "integer") assertExact(cells, definition);
    const { geometry: g } = run;
    const shares = worstShares(cells, definition, dtype, allowedUnits(g, withDout));
    seen.errors(g.paddingMode === "zeros" ? dtype : `${dtype}, copying padding`, shares);
  }
}
