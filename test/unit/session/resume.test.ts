import assert from "node:assert/strict";
import fc from "fast-check";
import type { TensorName } from "../../../src/conv/run";
import { type Breakpoint, type Filter, type Target, filters, newBreakpointId } from "../../../src/session/breakpoints";
import { Session } from "../../../src/session/session";
import { evaluateAt } from "../../../src/trace/moment/cursor";
import { shapeOf } from "../../../src/trace/order/elements";
import { isTrue } from "../../../src/trace/expression/evaluate";
import { expressionOf } from "../../../src/trace/expression/expression";
import { listingOf } from "../../../src/trace/listing/listing";
import { stages, writerOf } from "../../../src/trace/order/stages";
import { type ComputeTensor, indexAt } from "../../../src/tensor/tensor";
import { anyWalk } from "../trace/anyRun";
import { type Interpreter, nameOf } from "../trace/interpreter";

const tensors = Object.keys(writerOf) as TensorName[]; // the keys of a literal

const anyTarget = (walk: Interpreter): fc.Arbitrary<Target> => {
  const g = walk.run.geometry;
  const session = new Session(walk.run);
  const lines = listingOf(session.trace.steps, walk.run.arithmetic).lines.length;
  const element = fc.constantFrom(...tensors.filter((name) => name !== "b" || g.hasBias)).chain((tensor) =>
    fc.record({
      kind: fc.constant("element" as const),
      tensor: fc.constant(tensor),
      region: fc
        .tuple(
          ...shapeOf(g, tensor).map((size) =>
            fc.oneof(fc.integer({ min: -size, max: size - 1 }).map(String), fc.constantFrom(":", "::2", "-1:", "::-1")),
          ),
        )
        .chain((axes: string[]) => fc.constantFrom("", `[${axes.join(", ")}]`, `[${axes[0]}]`)),
      on: fc.constantFrom("written" as const, "changed" as const, "used" as const),
    }),
  );
  return fc.oneof(
    fc.record({ kind: fc.constant("line" as const), line: fc.integer({ min: 1, max: lines }) }),
    fc.record({ kind: fc.constant("stage" as const), stage: fc.constantFrom(...stages) }),
    element,
  );
};

const anyBreakpoint = (walk: Interpreter): fc.Arbitrary<Breakpoint> =>
  fc
    .record(
      {
        id: fc.constant(0),
        target: anyTarget(walk),
        condition: fc.constantFrom(
          "acc > 0",
          "f == 1",
          "isnan(acc)",
          "step % 3 == 1",
          "acc < nan || kx == 0",
          "out[n + 9, 0, 0, 0] > 0",
        ),
        hitCondition: fc.constantFrom("2", "== 3", ">= 2", "> 3", "<= 4", "< 3", "% 3"),
      },
      { requiredKeys: ["id", "target"] },
    )
    .map((breakpoint) => ({ ...breakpoint, id: newBreakpointId() }));

const anyCase = anyWalk.chain((walk) =>
  fc.record({
    walk: fc.constant(walk),
    breakpoints: fc.array(anyBreakpoint(walk), { maxLength: 3 }),
    wrong: fc.array(fc.tuple(fc.constantFrom("out" as const, "dx" as const, "dW" as const, "db" as const), fc.nat()), {
      maxLength: 4,
    }),
    chosen: fc.uniqueArray(fc.constantFrom(...filters)),
  }),
);

/** The steps at which a breakpoint is hit, by looking at each step of a walk. */
function hitsOf(session: Session, walk: Interpreter, { target, condition, hitCondition }: Breakpoint): number[] {
  const { trace } = session;
  const g = trace.geometry;
  const expression = condition === undefined ? null : expressionOf(condition, g);
  const { lines } = listingOf(trace.steps, walk.run.arithmetic);
  const counts = walk.events
    .map((_, step) => step)
    .filter((step) => {
      const holds = isTarget(step);
      if (!holds || expression === null) return holds;
      try {
        return isTrue(evaluateAt(trace, expression, step));
      } catch {
        return true;
      }
    });
  if (hitCondition === undefined) return counts;
  const [, sign = "==", text] = /^(\D*?)\s*(\d+)$/.exec(hitCondition)!; // of this form
  const n = Number(text);
  const counted: Record<string, (hit: number) => boolean> = {
    "": (hit) => hit === n,
    "==": (hit) => hit === n,
    ">=": (hit) => hit >= n,
    ">": (hit) => hit > n,
    "<=": (hit) => hit <= n,
    "<": (hit) => hit < n,
    "%": (hit) => hit % n === 0,
  };
  return counts.filter((_, i) => counted[sign](i + 1));

  function isTarget(step: number): boolean {
    const { stage, writes, reads } = walk.events[step];
    if (target.kind === "stage") return stage === target.stage && walk.events[step - 1]?.stage !== stage;
    if (target.kind === "line") {
      const { text, hits } = lines.find((line, i) => i + 1 >= target.line && line.hits !== null) ?? lines[0];
      if (hits?.stage !== stage) return false;
      if (/^ *dx\[/.test(text)) return writes.length > 0; // an `if` hangs before it
      return (step - trace.steps.spans[stage].start - hits.phase) % hits.period === 0;
    }
    const touched = target.on === "used" ? reads : writes;
    return touched.some(([name]) => {
      const found = /^(\w+)\[(.*)\]$/.exec(name)!; // as nameOf makes them
      const index = found[2].split(",").map(Number);
      if (found[1] !== target.tensor || !isInside(index, target.region)) return false;
      if (target.on !== "changed") return true;
      const before = trace.valueAt(target.tensor, index, step - 1).value;
      return !Object.is(before, trace.valueAt(target.tensor, index, step).value);
    });
  }

  function isInside(index: readonly number[], region: string): boolean {
    if (target.kind !== "element") return false;
    const shape = shapeOf(g, target.tensor);
    const parts = region === "" ? [] : region.slice(1, -1).split(", ");
    return index.every((i, axis) => {
      if (i < 0 || i >= shape[axis]) return false;
      const part = parts[axis] ?? ":";
      if (part === ":" || part === "::-1") return true;
      if (part === "::2") return i % 2 === 0;
      if (part === "-1:") return i === shape[axis] - 1;
      return i === (Number(part) + shape[axis]) % shape[axis];
    });
  }
}

/** The results of a run, some of them made wrong; `odd` takes the names of those that are. */
function expectedOf(
  walk: Interpreter,
  wrong: readonly (readonly ["out" | "dx" | "dW" | "db", number])[],
  odd: Set<string>,
) {
  const { tensors } = walk.run;
  const expected = { out: copyOf(tensors.out), dx: copyOf(tensors.dx), dW: copyOf(tensors.dW), db: copyOf(tensors.db) };
  for (const [name, any] of wrong) {
    const { data, shape } = expected[name];
    const at = any % data.length;
    data[at] = Number.isFinite(tensors[name].data[at]) ? NaN : 1;
    odd.add(nameOf(name, indexAt(shape, at)));
  }
  return expected;
}

function copyOf(source: ComputeTensor): ComputeTensor {
  return { ...source, data: source.data.slice() };
}

/** The steps at which an element becomes NaN, or infinite, or infinite out of finite numbers. */
function eventsOf(walk: Interpreter, filter: Filter, odd: ReadonlySet<string>): number[] {
  if (filter === "mismatch") {
    const last = new Map<string, number>();
    for (const [step, { writes }] of walk.events.entries()) for (const [name] of writes) last.set(name, step);
    return [...last].flatMap(([name, step]) => (odd.has(name) ? [step] : []));
  }
  const memory = new Map<string, number>();
  return walk.events.flatMap(({ reads, writes }, step) => {
    if (writes.length === 0) return [];
    const [[name, after]] = writes;
    const before = memory.get(name);
    memory.set(name, after);
    const isInfinite = Math.abs(after) === Infinity && (before === undefined || Math.abs(before) !== Infinity);
    const found =
      filter === "nan"
        ? Number.isNaN(after) && !Number.isNaN(before)
        : isInfinite &&
          (filter === "infinity" ||
            ((before === undefined || Number.isFinite(before)) && reads.every(([, value]) => Number.isFinite(value))));
    return found ? [step] : [];
  });
}

describe("Session.resume", () => {
  it("stops where looking at every step finds hits, in both directions, and the other way round", async () => {
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ walk, breakpoints, wrong, chosen }) => {
        const session = new Session(walk.run);
        const odd = new Set<string>();
        const expected = expectedOf(walk, wrong, odd);
        session.breakpoints.expected = { tensors: expected };
        const verified = session.breakpoints.set("test", breakpoints);
        session.breakpoints.setFilters("test", chosen);
        const wanted = new Map<number, number[]>();
        for (const [i, breakpoint] of breakpoints.entries()) {
          const hits = hitsOf(session, walk, { ...breakpoint });
          if (!verified[i].verified) assert.deepEqual(hits, [], verified[i].message);
          for (const step of hits) wanted.set(step, [...(wanted.get(step) ?? []), breakpoint.id]);
        }
        for (const filter of chosen)
          for (const step of eventsOf(walk, filter, odd)) wanted.set(step, wanted.get(step) ?? []);
        const steps = [...wanted.keys()].sort((a, b) => a - b);
        const shown = steps.slice(0, 40);
        for (const [i, step] of shown.entries()) {
          const from = i === 0 ? -1 : shown[i - 1];
          const stop = await session.resume("forward", { from });
          const hits = wanted.get(step)!; // one of its keys
          assert.deepEqual(
            [stop.step, stop.hits, stop.reason],
            [step, hits, hits.length > 0 ? "breakpoint" : "exception"],
          );
          assert.equal(session.step, step);
        }
        if (steps.length === shown.length)
          assert.equal((await session.resume("forward", { from: steps.at(-1) ?? -1 })).reason, "end");
        for (const [i, step] of [...shown.entries()].reverse()) {
          const stop = await session.resume("back", { from: steps.at(i + 1) ?? session.trace.total });
          assert.deepEqual([stop.step, stop.hits], [step, wanted.get(step)]);
        }
        assert.equal((await session.resume("back", { from: shown[0] ?? session.trace.total })).reason, "start");
        assert.equal(session.step, 0);
      }),
      { numRuns: 300 },
    );
  });
});
