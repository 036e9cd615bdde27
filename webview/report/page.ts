import * as z from "zod/mini";
import type { StageName } from "../../src/conv/passes";
import type {
  AnswerRequest,
  Evidence,
  Framework,
  PictureRequest,
  ReportAction,
  ReportHostSide,
  ReportPageSide,
  ReportShown,
} from "../../src/protocol/report";
import { planeFor, sizeOf } from "../../src/protocol/report";
import { reportAnswers, reportEvents } from "../../src/protocol/reportChecks";
import type { Rect, Tile } from "../../src/tensor/slice";
import { indexAt } from "../../src/tensor/tensor";
import type { Element } from "../../src/trace/order/elements";
import { type Client, connect } from "../client";
import { Kept } from "../loads";
import type { TileSource } from "../paint/source";
import type { VsCode } from "../vscode";

/** What is looked at: an answer's evidence for one stage. */
export interface Sight {
  readonly answer: number;
  readonly tensor: StageName;
}

type Plane = PictureRequest["plane"];

const kept = z.object({ version: z.literal(1), open: z.array(z.string()).check(z.maxLength(64)) });

/** The page's state, what it has asked for, and everything that a user can do. */
export class ReportPage {
  #shown: ReportShown | null = null;
  readonly #vscode: VsCode;
  readonly #client: Client<ReportHostSide>;
  readonly #listeners = new Set<() => void>();
  readonly #evidence = new Map<string, Evidence | null | undefined>();
  readonly #planes = new Map<string, Plane>();
  readonly #stages = new Map<number, StageName>();
  readonly #sources = new Kept<TileSource>(64);
  /** What the user has opened or closed, against what is open by itself. */
  #toggled: Set<string>;

  constructor(vscode: VsCode) {
    this.#vscode = vscode;
    const { success, data } = kept.safeParse(vscode.getState());
    this.#toggled = new Set(success ? data.open : []);
    const side: ReportPageSide = { show: (shown) => this.#show(shown) };
    this.#client = connect<ReportHostSide, ReportPageSide>(vscode, side, {
      answers: reportAnswers,
      events: reportEvents,
    });
  }

  async start(): Promise<void> {
    const shown = await this.#client.ask("ready");
    if (shown !== null) this.#show(shown);
  }

  /** null: the host has not answered yet. */
  get shown(): ReportShown | null {
    return this.#shown;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  act(action: ReportAction): void {
    void this.#client.ask("act", action);
  }

  copy(answer: number, cause: number, framework: Framework): void {
    this.#ask((report) => this.#client.ask("copy", { report, answer, cause, framework }));
  }

  adopt(answer: number): void {
    this.#ask((report) => this.#client.ask("adopt", { report, answer }));
  }

  goTo({ tensor, index }: Element): void {
    this.#ask((report) => this.#client.ask("goTo", { report, tensor, index }));
  }

  /** Whether a part is open: by itself (`first`), or because it was opened; kept over a reload. */
  isOpen(part: string, first: boolean): boolean {
    return this.#toggled.has(part) !== first;
  }

  toggle(part: string): void {
    if (!this.#toggled.delete(part)) this.#toggled.add(part);
    this.#vscode.setState({ version: 1, open: [...this.#toggled].slice(-64) } satisfies z.infer<typeof kept>);
    this.#tell();
  }

  /** Of which of the stages that it explains an answer's evidence is in view. */
  evidenceShown(answer: number, explains: readonly StageName[]): StageName | undefined {
    return this.#stages.get(answer) ?? explains.at(0);
  }

  showEvidence(answer: number, tensor: StageName): void {
    this.#stages.set(answer, tensor);
    this.#tell();
  }

  /** undefined: asked for, and on its way; null: there is none. */
  evidence(sight: Sight): Evidence | null | undefined {
    const key = this.#key(sight);
    if (key === null || this.#evidence.has(key)) return key === null ? null : this.#evidence.get(key);
    this.#ask(async (report) => {
      this.#evidence.set(key, undefined);
      this.#evidence.set(key, await this.#client.ask("evidence", { report, ...sight }));
      this.#tell();
    });
    return undefined;
  }

  /** The plane in view: at first the one where the first picture is worst. */
  plane(sight: Sight, { shape, pictures }: Evidence): Plane {
    const key = this.#key(sight) ?? "";
    const chosen = this.#planes.get(key);
    if (chosen !== undefined) return chosen;
    return planeFor(sight.tensor, indexAt(shape, Math.max(0, pictures[0]?.worst ?? 0)));
  }

  showPlane(sight: Sight, plane: Plane): void {
    this.#planes.set(this.#key(sight) ?? "", plane);
    this.#tell();
  }

  /** Numbers of one picture of the plane in view. */
  source(sight: Sight, picture: number, evidence: Evidence): TileSource {
    const plane = this.plane(sight, evidence);
    const key = `${this.#key(sight)}/${picture}/${plane?.join() ?? ""}`;
    const known = this.#sources.get(key);
    if (known !== undefined) return known;
    const source: TileSource = {
      key,
      ...sizeOf(evidence.shape, plane),
      load: (rect, level) => this.#tile({ ...sight, picture, plane, rect, level }),
    };
    this.#sources.set(key, source);
    return source;
  }

  async #tile(wanted: Omit<PictureRequest, "report"> & { readonly rect: Rect }): Promise<Tile> {
    const report = this.#shown?.report?.id;
    const tile = report === undefined ? null : await this.#client.ask("tile", { report, ...wanted });
    if (tile === null) throw new Error("These numbers are not there any more");
    return tile;
  }

  #key({ answer, tensor }: Sight): string | null {
    const report = this.#shown?.report;
    return report ? `${report.id}/${answer}/${tensor}` : null;
  }

  #ask(request: (report: AnswerRequest["report"]) => Promise<unknown>): void {
    const report = this.#shown?.report;
    if (report) void request(report.id);
  }

  #show(shown: ReportShown): void {
    const same = shown.report?.id === this.#shown?.report?.id;
    if (!same) {
      this.#evidence.clear();
      this.#planes.clear();
      this.#stages.clear();
    }
    this.#shown = shown;
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
