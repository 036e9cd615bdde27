import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { messageOf } from "../base/errors";
import type { Logged, Stop } from "../session/resume";
import type { SessionMove } from "../session/session";
import type { Direction } from "../trace/order/navigate";
import type { Depth } from "../trace/order/stages";
import type { Breakpoints } from "./breakpoints";
import type { Doing, Works } from "./doing";
import { depthOfLine } from "./frames";
import type { Target } from "./goto";
import type { Drained, Send } from "./messages";
import type { Program } from "./program";
import type { Stops } from "./stops";

/** What a walk tells of. */
export interface Company {
  readonly send: Send;
  readonly stops: Stops;
  readonly works: Works;
  readonly breakpoints: Breakpoints;
  /** The same place as the client counts. */
  readonly drained: Drained;
  readonly toClient: <T extends { line?: number; column?: number }>(place: T) => T;
}

/**
 * One client's way through a program. The place itself is the session's, which others may move as well: what they do is told
 * to the client; what it does itself is told as what it asked for.
 */
export class Walk {
  program: Program;
  /** Whether the program has started and does not run. */
  isStopped = false;
  readonly #company: Company;
  #own = false;
  #running: Doing | null = null;

  constructor(program: Program, company: Company) {
    this.program = program;
    this.#company = company;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** A move of the session, told as a step. */
  stepBy(move: SessionMove): void {
    this.#move(() => this.program.session.move(move));
    this.#keepWithin();
    this.#stop("step");
  }

  goTo(step: number, depth: Depth, reason: string, more?: Partial<P.StoppedEvent["body"]>): void {
    this.#go(step, depth);
    this.#stop(reason, more);
  }

  /** To a moment at which a line is reached: that line is shown. */
  goToLine({ step, line }: Target): void {
    this.goTo(step, this.#depthOf(line), "goto");
    this.#company.stops.line = { step, line };
  }

  /** Sets the place without saying so. */
  begin(step: number, depth: Depth): void {
    this.#go(step, depth);
  }

  /** Runs until something stops it. `fromStart`: what is at the present step counts as well. */
  async resume(direction: Direction, fromStart = false): Promise<void> {
    const { works, stops, send } = this.#company;
    const { session } = this.program;
    const doing = works.begin(direction === "forward" ? "Continuing" : "Continuing backwards");
    stops.forget();
    this.isStopped = false;
    this.#running = doing;
    const from = session.step;
    const most = Math.max(1, direction === "forward" ? session.trace.total - from : from);
    let stop: Stop | null = null;
    try {
      stop = await session.resume(direction, {
        signal: doing.signal,
        onProgress: (step) => doing.onProgress(Math.abs(step - from) / most),
        log: async (messages) => {
          if (this.#running === doing) await this.#log(messages);
        },
        ...(fromStart && { from: from - 1 }),
      });
    } catch (error) {
      send("output", { category: "stderr", output: `${messageOf(error)}\n` });
    } finally {
      doing.end();
    }
    if (this.#running !== doing) return; // left meanwhile
    this.#running = null;
    this.#stopped(stop);
  }

  interrupt(): void {
    this.#running?.cancel();
  }

  /** Nothing is told of it from now on. */
  leave(): void {
    this.interrupt();
    this.#running = null;
    this.isStopped = false;
  }

  /** Somebody has moved the session. */
  moved(): void {
    if (this.#own || !this.isStopped) return;
    this.#company.stops.tellSoon(() =>
      this.#stop("goto", { description: "Paused elsewhere", preserveFocusHint: true }),
    );
  }

  #stop(reason: string, more?: Partial<P.StoppedEvent["body"]>): void {
    this.isStopped = true;
    this.#company.stops.tell(reason, more);
  }

  #stopped(stop: Stop | null): void {
    if (stop === null) this.#stop("pause", { description: "Paused by an error" });
    else if (stop.step > this.program.lastStep) {
      this.#keepWithin();
      this.#stop("end", { description: "Paused at the end of the forward pass" });
    } else if (stop.reason === "breakpoint") this.#stoppedAtBreakpoint(stop);
    else if (stop.reason === "exception") {
      this.goTo(stop.step, "tap", "exception", textOf(stop));
      this.#company.stops.exception = stop;
    } else if (stop.reason === "paused") this.#stop("pause");
    else this.#stop(stop.reason, { description: `Paused at the ${stop.reason} of the run` });
  }

  /** At the depth of what was set: a stage, a line, or a tap that touches a number. */
  #stoppedAtBreakpoint(stop: Stop): void {
    const { ids, reason, line } = this.#company.breakpoints.hit(stop.hits);
    const depth = reason === "function breakpoint" ? "stage" : line === undefined ? "tap" : this.#depthOf(line);
    this.goTo(stop.step, depth, reason, { hitBreakpointIds: ids, ...textOf(stop) });
    if (line !== undefined) this.#company.stops.line = { step: stop.step, line };
  }

  /**
   * In one event what one breakpoint says: there may be tens of thousands of messages a second. Its own line goes with it, or, of
   * one on data, that of the step. Then waits for the client.
   */
  async #log(messages: readonly Logged[]): Promise<void> {
    const { lastStep, listing, source, trace } = this.program;
    const { send, toClient, drained, breakpoints } = this.#company;
    const outputs: (P.OutputEvent["body"] & { line: number })[] = [];
    for (const { text, step, id } of messages) {
      if (step > lastStep) continue;
      const ofStep = { source, line: listing.lineOf(trace.steps.spanAt(step).stage, "tap") };
      const place = { ...ofStep, ...breakpoints.placeOf(id) };
      const last = outputs.at(-1);
      if (last?.line === place.line && last.source === place.source) last.output += `${text}\n`;
      else outputs.push({ category: "console", output: `${text}\n`, ...place });
    }
    for (const output of outputs) send("output", toClient(output));
    await drained();
  }

  #depthOf(line: number): Depth {
    return depthOfLine(this.program.trace.steps, this.program.listing, line);
  }

  #go(step: number, depth: Depth): void {
    const { session } = this.program;
    this.#move(() => {
      session.setDepth(depth);
      if (step >= 0) session.seek(step);
    });
  }

  /** Where only the forward pass is debugged, its last step is the last. */
  #keepWithin(): void {
    const { session, lastStep } = this.program;
    if (session.step > lastStep) this.#move(() => session.seek(lastStep));
  }

  #move(move: () => void): void {
    this.#own = true;
    try {
      move();
    } finally {
      this.#own = false;
    }
  }
}

function textOf({ text }: Stop): { text?: string } {
  return text === undefined ? {} : { text };
}
