import type { Disposable } from "../base/disposable";
import type { Mark, Summary } from "../protocol/messages";
import type { Session } from "../session/session";
import type { Trace } from "../trace/moment/trace";
import type { Background, Rest } from "./background";
import { type Result, breakpointMarks, firstStopMarks, marksOf, results } from "./marks";

/** What is known of a result as a whole; null: nobody wants to know any more. */
export type SummaryOf = (trace: Trace, tensor: Result, rest: Rest) => Promise<Summary | null>;

/** The marks on the timeline of one run: those that are known at once, and those that are found little by little. */
export class Timeline implements Disposable {
  readonly #session: Pick<Session, "trace" | "breakpoints">;
  readonly #background: Background;
  readonly #tell: (marks: readonly Mark[]) => void;
  readonly #listening: Disposable;
  #odd: readonly Mark[] = [];
  #firstStops: readonly Mark[] = [];

  constructor(
    session: Pick<Session, "trace" | "breakpoints">,
    background: Background,
    tell: (marks: readonly Mark[]) => void,
  ) {
    this.#session = session;
    this.#background = background;
    this.#tell = tell;
    this.#listening = session.breakpoints.onDidChange(() => {
      this.#firstStops = [];
      tell(this.marks);
      this.#seekFirstStops();
    });
  }

  get marks(): Mark[] {
    return [...breakpointMarks(this.#session.breakpoints.watches), ...this.#firstStops, ...this.#odd];
  }

  /** Begins to look. */
  begin(summaryOf: SummaryOf): void {
    const { trace } = this.#session;
    for (const tensor of results)
      this.#background.begin(trace, `marks of ${tensor}`, async (rest) => {
        const summary = await summaryOf(trace, tensor, rest);
        const marks = summary === null ? [] : await marksOf(trace, tensor, summary, rest);
        this.#odd = [...this.#odd, ...marks];
        if (marks.length > 0) this.#tell(this.marks);
      });
    this.#seekFirstStops();
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #seekFirstStops(): void {
    const { trace, breakpoints } = this.#session;
    const { watches } = breakpoints;
    if (watches.every(({ condition }) => condition === null)) return;
    this.#background.begin(trace, "first stops", async (rest) => {
      const isWanted = async () => (await rest()) && breakpoints.watches === watches;
      const marks = await firstStopMarks(trace, watches, isWanted);
      if (marks.length === 0 || !(await isWanted())) return;
      this.#firstStops = marks;
      this.#tell(this.marks);
    });
  }
}
