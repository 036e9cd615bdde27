import type { ResultName } from "../conv/passes";
import { type Fit, type Trial, fitOf, survives } from "./trial";
import { type Compute, Predictor } from "./model";
import type { Pace } from "./pace";
import type { Supposition } from "./search";

/** A supposition that was run in full, and holds to the last bit of rounding for at least one result. */
export interface Verified extends Supposition {
  readonly fits: readonly (readonly [ResultName, Fit])[];
  /** Of the results that are right already, how many it leaves so. */
  readonly agrees: number;
  readonly residual: number;
}

/** Those that hold at the sampled cells are nearly always right: more of them than this are not run in full, but counted. */
const MOST_RUNS = 200;

interface Among {
  readonly differing: readonly Trial[];
  readonly agreeing: readonly Trial[];
  /** Only what explains more results than this. */
  readonly least: number;
  /** How many suppositions there are, nearly, and what of. */
  readonly count: number;
  readonly what: string;
}

/** Tries suppositions on one layer's results. */
export class Verifier {
  /** Which results hold at the sampled cells, of what was tried so far. */
  readonly #holds = new WeakMap<Supposition, Map<Trial, boolean>>();
  readonly #fits = new Map<string, Map<Trial, Fit>>();
  readonly #untried = new Set<string>();

  constructor(
    readonly compute: Compute,
    readonly pace: Pace,
  ) {}

  /** Suppositions that hold where they were looked at, but were too many to be run in full. */
  get untried(): number {
    return this.#untried.size;
  }

  /** Those that hold, whichever may explain most first. */
  async all(
    suppositions: Iterable<Supposition>,
    { differing, agreeing, least, count, what }: Among,
  ): Promise<Verified[]> {
    const survivors: (readonly [Supposition, readonly Trial[]])[] = [];
    let tried = 0;
    for (const supposition of suppositions) {
      if (tried++ % 16 === 0) this.pace.tell(Math.min(tried, count), count, `trying ${what}`);
      await this.pace.rest();
      const survived = differing.filter((trial) => this.#holdsAt(supposition, trial));
      if (survived.length > least) survivors.push([supposition, survived]);
    }
    survivors.sort(([, a], [, b]) => b.length - a.length);
    const verified: Verified[] = [];
    let runs = 0;
    for (const [i, [supposition, survived]] of survivors.entries()) {
      this.pace.tell(i, survivors.length, "running in full");
      const { causes, key, model } = supposition;
      if (verified.some((other) => causes.every(({ id }) => other.causes.some((cause) => cause.id === id)))) continue;
      if (!this.#fits.has(key) && ++runs > MOST_RUNS) {
        this.#untried.add(key);
        continue;
      }
      const all = await this.#run(supposition, survived);
      const fits = survived.flatMap((trial) => {
        const fit = all.get(trial);
        return fit?.fits === true ? [[trial.name, fit] as const] : [];
      });
      if (fits.length <= least) continue;
      const agrees = agreeing.filter((trial) => survives(model, trial)).length;
      verified.push({ ...supposition, fits, agrees, residual: Math.max(...fits.map(([, { residual }]) => residual)) });
    }
    return verified;
  }

  #holdsAt(supposition: Supposition, trial: Trial): boolean {
    let known = this.#holds.get(supposition);
    if (known === undefined) this.#holds.set(supposition, (known = new Map<Trial, boolean>()));
    const like = supposition.like(trial.name);
    const holds = known.get(trial) ?? (like ? this.#holdsAt(like, trial) : survives(supposition.model, trial));
    known.set(trial, holds);
    return holds;
  }

  /** Those results of what comes to the same layer that were run already are not run again. */
  async #run({ key, model }: Supposition, trials: readonly Trial[]): Promise<ReadonlyMap<Trial, Fit>> {
    let fits = this.#fits.get(key);
    if (fits === undefined) this.#fits.set(key, (fits = new Map<Trial, Fit>()));
    const predictor = new Predictor(model, this.compute, this.pace);
    for (const trial of trials)
      if (!fits.has(trial)) fits.set(trial, await fitOf(await predictor.predict(trial.name), model, trial, this.pace));
    return fits;
  }
}

/** What explains more, then what is simpler, then what leaves right what is right; among equals the smaller residual. */
export function byRank(a: Verified, b: Verified): number {
  return (
    b.fits.length - a.fits.length || a.causes.length - b.causes.length || b.agrees - a.agrees || a.residual - b.residual
  );
}

/** How many of the first explain as much as the very first, as simply. */
export function tiesOf(found: readonly Verified[]): number {
  const names = ({ fits }: Verified) => fits.map(([name]) => name).join();
  const [first] = found;
  const beyond = found.findIndex(
    (other) =>
      names(other) !== names(first) || other.causes.length !== first.causes.length || other.agrees !== first.agrees,
  );
  return beyond < 0 ? found.length : beyond;
}
