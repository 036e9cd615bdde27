import { rm } from "node:fs/promises";
import { join } from "node:path";
import { inputsOf, random } from "../../unit/engine/layers";
import { checkAgreement } from "../agreement";
import type { Child } from "../child";
import { type ContestantName, contestants } from "../contestants";
import type { BenchLayer } from "../layers";
import type { Times, Turn } from "../protocol";
import { shuffled } from "../statistics";
import { watchOthers } from "./disturbance";
import { readResults, writeInputs } from "../tensors";

export type Round = Readonly<Partial<Record<ContestantName, Times>>>;

interface Trial {
  readonly round: Round;
  /** Share of the machine's time that other processes took. */
  readonly others: number;
}

export interface LayerRecord {
  readonly layer: string;
  readonly rounds: readonly Round[];
  /** Rounds that were left out because something else was busy on the machine, and the worst share of those that were not. */
  readonly disturbed: number;
  readonly others: number;
  /** What an engine says of how it computes this layer. */
  readonly notes: Readonly<Partial<Record<ContestantName, string>>>;
}

export interface Effort {
  /** The same for every engine. */
  readonly turn: Turn;
  /** Warming up lasts at least 5 runs and this long. */
  readonly warmMs: number;
  /** Rounds go on until there have been `least` quiet ones and they have taken `ms`; never more than `most`, nor four times as long. */
  readonly least: number;
  readonly most: number;
  readonly ms: number;
}

/** Rounds that slow engines take part in. */
export const SLOW_ROUNDS = 2;

/**
 * Loads one layer everywhere, compares the results with ours, and then lets all engines take turns, in an order drawn anew for each
 * round, never two at a time.
 */
export async function measureLayer(
  children: readonly Child[],
  { name, geometry }: BenchLayer,
  folder: string,
  effort: Effort,
): Promise<LayerRecord> {
  const players = children.filter((child) => geometry.groups === 1 || contestants[child.name].depthwise);
  const inputs = inputsOf(geometry, "float32", "real", 1);
  await writeInputs(folder, inputs);
  const notes: Partial<Record<ContestantName, string>> = {};
  for (const child of players) {
    const { note } = await child.ask<{ readonly note?: string }>({ do: "load", geometry, folder });
    if (note !== undefined) notes[child.name] = note;
    const slow = isSlow(child.name);
    await child.ask<Times>({ do: "warm", least: slow ? 1 : 5, ms: slow ? 0 : effort.warmMs });
    await child.ask({ do: "results", folder: join(folder, child.name) });
    await child.rest();
  }
  await compare(players, geometry, folder);
  await rm(folder, { recursive: true });

  const trials = await playRounds(players, effort);
  const quiet = trials.filter(({ others }) => others <= QUIET);
  // On a machine that never is quiet, the quietest rounds are what there is.
  const kept =
    quiet.length >= effort.least ? quiet : trials.toSorted((a, b) => a.others - b.others).slice(0, effort.least);
  return {
    layer: name,
    notes,
    rounds: kept.map(({ round }) => round),
    disturbed: trials.length - kept.length,
    others: Math.max(...kept.map(({ others }) => others)),
  };
}

/** Share of the machine that others may take in a round. Keeping time itself takes about one hundredth. */
const QUIET = 0.05;

async function playRounds(players: readonly Child[], effort: Effort): Promise<readonly Trial[]> {
  const next = random(1);
  const trials: Trial[] = [];
  const started = performance.now();
  const ours = [process.pid, ...players.map(({ id }) => id)];
  for (let [quiet, elapsed] = [0, 0]; quiet < effort.most; elapsed = performance.now() - started) {
    if (quiet >= effort.least && elapsed > effort.ms) break;
    if (trials.length >= effort.least && elapsed > 4 * effort.ms) break;
    const round: Partial<Record<ContestantName, Times>> = {};
    const others = watchOthers(ours);
    for (const child of shuffled(players, next)) {
      if (quiet >= SLOW_ROUNDS && isSlow(child.name)) continue;
      const once = { do: "warm", least: 1, ms: 0 } as const;
      round[child.name] = await child.ask<Times>(isSlow(child.name) ? once : { do: "turn", ...effort.turn });
      await child.rest();
    }
    const trial = { round, others: others() };
    trials.push(trial);
    if (trial.others <= QUIET) quiet++;
  }
  return trials;
}

const isSlow = (name: ContestantName) => "slow" in contestants[name];

async function compare(players: readonly Child[], geometry: BenchLayer["geometry"], folder: string): Promise<void> {
  const ours = await readResults(join(folder, "engine"));
  for (const { name } of players) checkAgreement(name, geometry, ours, await readResults(join(folder, name)));
}
