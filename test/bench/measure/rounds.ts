import { rm } from "node:fs/promises";
import { join } from "node:path";
import { inputsOf, random } from "../../unit/engine/layers";
import { checkAgreement } from "../agreement";
import type { Child } from "../child";
import { type ContestantName, contestants } from "../contestants";
import type { BenchLayer } from "../layers";
import type { Turn } from "../protocol";
import { shuffled } from "../statistics";
import { readResults, writeInputs } from "../tensors";

export type Round = Readonly<Partial<Record<ContestantName, Turn>>>;

export interface LayerRecord {
  readonly layer: string;
  readonly rounds: readonly Round[];
  /** What an engine says of how it computes this layer. */
  readonly notes: Readonly<Partial<Record<ContestantName, string>>>;
}

export interface Effort {
  /** Warming up lasts at least 5 turns and this long. */
  readonly warmMs: number;
  /** Rounds go on until there have been `least` and they have taken `ms`; never more than `most`. */
  readonly least: number;
  readonly most: number;
  readonly ms: number;
}

/** Rounds that slow engines take part in. */
const SLOW_ROUNDS = 2;

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
    await child.ask<Turn>({ do: "warm", least: slow ? 1 : 5, ms: slow ? 0 : effort.warmMs });
    await child.ask({ do: "results", folder: join(folder, child.name) });
    await child.rest();
  }
  await compare(players, geometry, folder);
  await rm(folder, { recursive: true });

  const next = random(1);
  const rounds: Round[] = [];
  const started = performance.now();
  while (rounds.length < effort.least || (rounds.length < effort.most && performance.now() - started < effort.ms)) {
    const round: Partial<Record<ContestantName, Turn>> = {};
    for (const child of shuffled(players, next)) {
      if (rounds.length >= SLOW_ROUNDS && isSlow(child.name)) continue;
      round[child.name] = await child.ask<Turn>(isSlow(child.name) ? { do: "warm", least: 1, ms: 0 } : { do: "turn" });
      await child.rest();
    }
    rounds.push(round);
  }
  return { layer: name, rounds, notes };
}

const isSlow = (name: ContestantName) => "slow" in contestants[name];

async function compare(players: readonly Child[], geometry: BenchLayer["geometry"], folder: string): Promise<void> {
  const ours = await readResults(join(folder, "engine"));
  for (const { name } of players) checkAgreement(name, geometry, ours, await readResults(join(folder, name)));
}
