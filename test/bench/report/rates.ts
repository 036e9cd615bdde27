import type { Geometry } from "../../../src/conv/geometry";
import { type ContestantName, type Pass, contestantNames, contestants } from "../contestants";
import { type Goal, layerKinds } from "../goals";
import { benchLayers, flopsOf } from "../layers";
import type { LayerRecord, Round } from "../measure/rounds";
import type { Measurements } from "../record";
import { geometricMean, median, pairedRatio } from "../statistics";

export const geometryNamed = (layer: string): Geometry => benchLayers.find(({ name }) => name === layer)!.geometry;

/** GFLOP/s in one round; the micro-kernel's on all threads together. */
function rateIn(round: Round, name: ContestantName, pass: Pass, g: Geometry, threads: number): number | undefined {
  const turn = round[name];
  if (turn?.gflops !== undefined) return turn.gflops * threads;
  const ms = pass === "forward" ? turn?.forwardMs : turn?.backwardMs;
  return ms === undefined ? undefined : ((pass === "forward" ? 1 : 2) * flopsOf(g)) / 1e6 / ms;
}

/** Median GFLOP/s on a layer. */
export function rateOf(record: LayerRecord, name: ContestantName, pass: Pass, threads: number): number | undefined {
  const g = geometryNamed(record.layer);
  const rates = record.rounds.flatMap((round) => rateIn(round, name, pass, g, threads) ?? []);
  return rates.length === 0 ? undefined : median(rates);
}

/** How many times as fast `ours` is as `against` on a layer: the median over the rounds. */
export function ratioOf(record: LayerRecord, { ours, against, pass }: Goal, threads: number): number | undefined {
  const g = geometryNamed(record.layer);
  const pair = (round: Round) =>
    [rateIn(round, ours, pass, g, threads), rateIn(round, against, pass, g, threads)] as const;
  return pairedRatio(record.rounds.map(pair));
}

export interface Verdict {
  readonly goal: Goal;
  readonly mean: number;
  readonly least: number;
  readonly leastLayer: string;
  readonly verdict: "PASS" | "BELOW" | "report";
}

/** undefined: nothing was measured that tells. */
export function judge(goal: Goal, { layers, threads }: Measurements): Verdict | undefined {
  const ratios = layers
    .filter(({ layer }) => layerKinds[goal.layers](geometryNamed(layer)))
    .flatMap((record) => {
      const ratio = ratioOf(record, goal, threads);
      return ratio === undefined ? [] : [{ layer: record.layer, ratio }];
    });
  if (ratios.length === 0) return undefined;
  const mean = geometricMean(ratios.map(({ ratio }) => ratio));
  const worst = ratios.reduce((a, b) => (b.ratio < a.ratio ? b : a));
  const reached = mean >= (goal.mean ?? 0) && worst.ratio >= (goal.least ?? 0);
  const open = goal.mean === undefined && goal.least === undefined;
  const verdict = open ? "report" : reached ? "PASS" : "BELOW";
  return { goal, mean, least: worst.ratio, leastLayer: worst.layer, verdict };
}

/** Those that were measured in a pass, in the order of the tables. */
export function measuredIn({ layers, versions }: Measurements, pass: Pass): readonly ContestantName[] {
  const has = (name: ContestantName) =>
    layers.some(({ rounds }) => rounds.some((round) => round[name] !== undefined)) && name in versions;
  const passes = (name: ContestantName): readonly Pass[] => contestants[name].passes;
  return contestantNames.filter((name) => has(name) && (name === "microKernel" || passes(name).includes(pass)));
}
