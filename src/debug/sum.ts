import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { numberText } from "../tensor/numbers";
import { isSumStage } from "../trace/order/stages";
import { type Term, type TermSource, termsOf } from "../trace/moment/terms";
import { touchOf } from "../trace/order/elements";
import { type Container, type Present, namedOnly } from "./container";
import { partText, partVariable } from "./tensors";

/** The sum that the present step adds to, with the terms that are in it; null where nothing is added. */
export function sumOf(now: Present): Container | null {
  const place = now.trace.steps.place(now.step);
  const target = touchOf(now.trace.geometry, place).writes.at(0);
  if (place.stage === "im2col" || target === undefined) return null;
  const source = termsOf(now.trace, target.tensor, target.index);
  const taken = isSumStage(place.stage) ? place.k + 1 : takenUntil(source, now.step);
  const text = partText({ tensor: target.tensor, prefix: target.index });
  return {
    named: () => [
      fixed("acc", numberText(source.term(taken - 1).sum, dtypeOf(now)), "acc"),
      fixed("of", text, text),
      fixed("terms", `${taken} of ${source.count}${blockText(now, source, taken)}`),
      ...(source.bias === null ? [] : [partVariable(now, { tensor: "b", prefix: source.bias.index }, "bias")]),
    ],
    length: taken,
    at: (k) => termVariable(now, source.term(k)),
    part: (name) => (name === "bias" && source.bias !== null ? { tensor: "b", prefix: source.bias.index } : null),
  };
}

/** dx's terms lie apart: those that are in. */
function takenUntil(source: TermSource, step: number): number {
  let taken = 0;
  while (taken < source.count && source.term(taken).step <= step) taken++;
  return taken;
}

function blockText({ trace }: Present, source: TermSource, taken: number): string {
  const { block } = trace.run.arithmetic;
  const last = source.term(taken - 1);
  // dx has no blocks: each of its cells is one running sum.
  const blocks = last.factors[0].tensor === "dcol" ? 1 : Math.ceil(source.count / block);
  return blocks > 1 ? `, block ${last.block + 1} of ${blocks}` : "";
}

/** `[12]`  0.5 × -1 = -0.5, sum 3.25 */
function termVariable(now: Present, term: Term): P.Variable {
  const text = (value: number) => numberText(value, dtypeOf(now));
  const factors = term.factors.map((factor) => text(factor.value)).join(" × ");
  const product = term.factors.length > 1 ? ` = ${text(term.product)}` : "";
  const inside = namedOnly(
    () => [
      ...term.factors.map(({ tensor, index }) =>
        partVariable(now, { tensor, prefix: index }, partText({ tensor, prefix: index })),
      ),
      fixed("product", text(term.product)),
      fixed("sum", text(term.sum)),
      fixed("step", String(term.step)),
    ],
    (name) => {
      const found = term.factors.find(({ tensor, index }) => partText({ tensor, prefix: index }) === name);
      return found === undefined ? null : { tensor: found.tensor, prefix: found.index };
    },
  );
  return {
    name: `[${term.k}]`,
    value: `${factors}${product}, sum ${text(term.sum)}`,
    variablesReference: now.containers.of(inside),
    namedVariables: term.factors.length + 3,
  };
}

function fixed(name: string, value: string, evaluateName?: string): P.Variable {
  return { name, value, evaluateName, variablesReference: 0, presentationHint: { attributes: ["readOnly"] } };
}

function dtypeOf({ trace }: Present) {
  return trace.run.arithmetic.dtype;
}
