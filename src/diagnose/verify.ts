import { type Fit, type Trial, fitOf, survives } from "./trial";
import { type Compute, Predictor } from "./model";
import type { Pace } from "./pace";
import type { ResultName } from "./rounding";
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

/** Tries suppositions on one layer's results. */
export class Verifier {
  /** Which results hold at the sampled cells, of what was tried so far. */
  readonly #survived = new WeakMap<Supposition, readonly Trial[]>();
  readonly #fits = new Map<string, readonly (readonly [ResultName, Fit])[]>();
  #untried = 0;

  constructor(
    readonly differing: readonly Trial[],
    readonly agreeing: readonly Trial[],
    readonly compute: Compute,
    readonly pace: Pace,
  ) {}

  /** Suppositions that hold where they were looked at, but were too many to be run in full. */
  get untried(): number {
    return this.#untried;
  }

  /** Of all suppositions those that explain more than `least` results, whichever may explain most first. */
  async all(suppositions: Iterable<Supposition>, least: number, count: number, what: string): Promise<Verified[]> {
    const survivors: (readonly [Supposition, readonly Trial[]])[] = [];
    let tried = 0;
    for (const supposition of suppositions) {
      if (tried++ % 16 === 0) this.pace.tell(Math.min(tried, count), count, what);
      await this.pace.rest();
      const survived = this.#sampled(supposition);
      if (survived.length > least) survivors.push([supposition, survived]);
    }
    survivors.sort(([, a], [, b]) => b.length - a.length);
    const verified: Verified[] = [];
    let runs = 0;
    for (const [i, [supposition, survived]] of survivors.entries()) {
      this.pace.tell(i, survivors.length, "running in full");
      const { causes, key, model } = supposition;
      if (verified.some((other) => causes.every(({ id }) => other.causes.some((cause) => cause.id === id)))) continue;
      let fits = this.#fits.get(key);
      if (fits === undefined) {
        if (++runs > MOST_RUNS) {
          this.#untried++;
          continue;
        }
        this.#fits.set(key, (fits = await this.#run(supposition, survived)));
      }
      if (fits.length <= least) continue;
      const agrees = this.agreeing.filter((trial) => survives(model, trial)).length;
      verified.push({ ...supposition, fits, agrees, residual: Math.max(...fits.map(([, { residual }]) => residual)) });
    }
    return verified;
  }

  #sampled(supposition: Supposition): readonly Trial[] {
    const survived = this.differing.filter((trial) => {
      const like = supposition.like(trial.name);
      return (like && this.#survived.get(like)?.includes(trial)) ?? survives(supposition.model, trial);
    });
    this.#survived.set(supposition, survived);
    return survived;
  }

  async #run({ model }: Supposition, trials: readonly Trial[]): Promise<(readonly [ResultName, Fit])[]> {
    const predictor = new Predictor(model, this.compute, this.pace);
    const fits: (readonly [ResultName, Fit])[] = [];
    for (const trial of trials) {
      const fit = await fitOf(await predictor.predict(trial.name), model, trial, this.pace);
      if (fit.fits) fits.push([trial.name, fit]);
    }
    return fits;
  }
}

/** What explains more, then what is simpler, then what leaves right what is right; among equals the smaller residual. */
export function byRank(a: Verified, b: Verified): number {
  return (
    b.fits.length - a.fits.length || a.causes.length - b.causes.length || b.agrees - a.agrees || a.residual - b.residual
  );
}

export function isTie(a: Verified, b: Verified): boolean {
  const names = ({ fits }: Verified) => fits.map(([name]) => name).join();
  return names(a) === names(b) && a.causes.length === b.causes.length && a.agrees === b.agrees;
}
