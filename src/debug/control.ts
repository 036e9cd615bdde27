import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { type Disposable, DisposableStack } from "../base/disposable";
import { ConvError } from "../base/errors";
import type { RunInputs } from "../conv/run";
import type { Filter, VerifiedFilter } from "../session/breakpoints";
import type { Trace } from "../trace/moment/trace";
import type { LaunchAttributes } from "./attributes";
import { Breakpoints, type Reason, type Wanted } from "./breakpoints";
import type { Present } from "./container";
import type { Launch } from "./debuggee";
import { Works } from "./doing";
import { entryOf } from "./entry";
import type { Listings } from "./listings";
import { type Drained, type Send, refusal } from "./messages";
import { toClient } from "./positions";
import { Program } from "./program";
import { Stops } from "./stops";
import { type Company, Walk } from "./walk";

/** Where a debug session is in its life. */
export type Phase = "new" | "ready" | "configuring" | "stopped" | "running" | "ended";

interface Filters {
  readonly names: readonly Filter[];
  readonly conditions: Readonly<Partial<Record<Filter, string>>>;
}

let clients = 0;

/** One client's debug session: from the first request to the last, and what holds for all of its programs. */
export class Control implements Present, Disposable {
  /** What the client has said of itself; null before it has. */
  client: Partial<P.InitializeRequestArguments> | null = null;
  readonly send: Send;
  readonly stops: Stops;
  readonly works: Works;
  readonly listings: Listings;
  readonly #launch: Launch;
  readonly #drained: Drained;
  readonly #owner = `debug ${++clients}`;
  readonly #breakpoints = new Breakpoints();
  #filters: Filters = { names: [], conditions: {} };
  #walk: Walk | null = null;
  readonly #listening = new DisposableStack();
  #configured = false;
  /** A layer is being loaded: the one before it is not missed, unless nothing takes its place. */
  #launching = false;
  #missed = false;
  #ended = false;

  constructor(launch: Launch, send: Send, drained: Drained, listings: Listings) {
    this.#launch = launch;
    this.listings = listings;
    this.send = send;
    this.#drained = drained;
    this.stops = new Stops(send);
    this.works = new Works((event, body) => {
      if (this.client?.supportsProgressReporting) send(event, body);
    });
  }

  get phase(): Phase {
    if (this.#ended) return "ended";
    if (this.client === null) return "new";
    if (this.#walk === null) return "ready";
    return this.#walk.isRunning ? "running" : this.#walk.isStopped ? "stopped" : "configuring";
  }

  /** The way through the program. Throws ConvError where nothing is loaded. */
  get walk(): Walk {
    if (this.#walk === null) throw refusal("no layer is loaded", "Launch one first");
    return this.#walk;
  }

  get program(): Program {
    return this.walk.program;
  }

  get loaded(): boolean {
    return this.#walk !== null;
  }

  get trace(): Trace {
    return this.program.trace;
  }

  get step(): number {
    return this.program.session.step;
  }

  get containers() {
    return this.stops.containers;
  }

  /** Loads and runs a layer; the one before it is let go of. Throws ConvError; then that one stays. */
  async launch(attributes: LaunchAttributes, signal: AbortSignal): Promise<void> {
    const work = this.works.begin("Running the layer", signal);
    this.#launching = true;
    try {
      const debuggee = await this.#launch(attributes, work);
      try {
        work.signal.throwIfAborted();
        const program = new Program(attributes, debuggee, this.listings);
        entryOf(program); // whether there is such a place is to be known before the client goes on
        this.#adopt(program);
        this.#missed = false;
      } catch (error) {
        debuggee.dispose();
        throw error;
      }
    } catch (error) {
      if (!work.signal.aborted) throw error;
      throw new ConvError({ code: "cancelled", what: "the launch was cancelled" }, { cause: error });
    } finally {
      work.end();
      this.#launched();
    }
  }

  async restart(attributes: LaunchAttributes | undefined, signal: AbortSignal): Promise<void> {
    const same = this.program.attributes;
    this.walk.interrupt();
    await this.launch(attributes ?? same, signal);
  }

  /** The client has said all that it wants before the program starts. */
  configured(): void {
    this.#configured = true;
    this.begin();
  }

  /** Starts the program, once it is loaded and configured. */
  begin(): void {
    if (!this.#configured || this.phase !== "configuring") return;
    const { attributes, debuggee, session } = this.program;
    for (const { text } of debuggee.layer.notes) this.send("output", { category: "console", output: `${text}\n` });
    if (attributes.noDebug === true) {
      session.move("toEnd");
      this.end(true);
      return;
    }
    const { step, depth, why } = entryOf(this.program);
    if (why !== null) {
      this.walk.goTo(step, depth, "entry", { description: why });
      return;
    }
    this.walk.begin(step, depth);
    void this.walk.resume("forward", true);
  }

  /** Lets go of everything; says so once. `exited`: the program came to its end by itself. */
  end(exited = false): void {
    if (this.#ended) return;
    this.dispose();
    if (exited) this.send("exited", { exitCode: 0 });
    this.send("terminated", undefined);
  }

  dispose(): void {
    this.#ended = true;
    this.#release();
  }

  setBreakpoints(group: string, reason: Reason, wanted: readonly Wanted[]): P.Breakpoint[] {
    this.#breakpoints.set(group, reason, wanted);
    this.#install(group);
    return this.#breakpoints.answers(group).map((answer) => toClient(this, answer));
  }

  setFilters(filters: Filters): VerifiedFilter[] {
    this.#filters = filters;
    if (this.#walk === null) return filters.names.map((filter) => ({ filter, verified: true }));
    return this.program.session.breakpoints.setFilters(this.#owner, filters.names, filters.conditions);
  }

  /** Runs the layer again with other inputs, and stays where it is. Throws ConvError. */
  async rerun(inputs: RunInputs, signal: AbortSignal): Promise<void> {
    const work = this.works.begin("Running the layer again", signal);
    try {
      await this.program.debuggee.rerun(inputs, work);
    } finally {
      work.end();
    }
  }

  #adopt(program: Program): void {
    this.#release();
    const company: Company = {
      send: this.send,
      stops: this.stops,
      works: this.works,
      breakpoints: this.#breakpoints,
      drained: this.#drained,
      toClient: (place) => toClient(this, place),
    };
    const walk = new Walk(program, company);
    this.#walk = walk;
    this.#listening.add(program.session.onDidMove(() => walk.moved()));
    this.#listening.add(program.session.onDidChangeRun(() => this.#changedRun()));
    const { onDidEnd } = program.debuggee;
    if (onDidEnd !== undefined) this.#listening.add(onDidEnd(() => this.#lost()));
    this.send("loadedSource", { reason: "new", source: program.source }); // before breakpoints are told to be in it
    this.#install();
    this.setFilters(this.#filters);
  }

  /** Another layer has taken the place of this one. */
  #lost(): void {
    this.#missed = true;
    if (!this.#launching) this.end();
  }

  #launched(): void {
    this.#launching = false;
    if (this.#missed) this.end();
  }

  #release(): void {
    this.#listening.dispose();
    this.stops.forget();
    if (this.#walk === null) return;
    const { debuggee, session } = this.program;
    this.#walk.leave();
    this.#walk = null;
    session.breakpoints.set(this.#owner, []);
    session.breakpoints.setFilters(this.#owner, []);
    debuggee.dispose();
  }

  /** Breakpoints that come out otherwise than the client was told are told again; those of `answered` are about to be. */
  #install(answered?: string): void {
    if (this.#walk === null) return;
    const { breakpoints } = this.program.session;
    const changed = this.#breakpoints.install(this.program, (list) => breakpoints.set(this.#owner, list));
    const told = new Set(answered === undefined ? [] : this.#breakpoints.answers(answered));
    for (const breakpoint of changed)
      if (!told.has(breakpoint)) this.send("breakpoint", { reason: "changed", breakpoint: toClient(this, breakpoint) });
  }

  #changedRun(): void {
    const before = this.program;
    const program = new Program(before.attributes, before.debuggee, this.listings);
    this.walk.program = program;
    const same = program.reference === before.reference;
    if (!same) {
      this.stops.line = null; // it is one of the listing before
      this.send("loadedSource", { reason: "changed", source: program.source });
    }
    this.#install();
    if (this.client?.supportsInvalidatedEvent) this.send("invalidated", { areas: same ? ["variables"] : ["all"] });
  }
}
