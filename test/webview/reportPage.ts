import type { Browser } from "playwright-core";
import { checkGradients } from "../../src/diagnose/gradcheck";
import type { RunInputs } from "../../src/conv/run";
import { explain } from "../../src/diagnose/explain";
import { bisect } from "../../src/diagnose/stages/bisect";
import { settingsFor, settingsText } from "../../src/editor/adopting";
import type { Engine } from "../../src/engine/engine";
import type { Layer } from "../../src/formats/loadLayer";
import type { Element } from "../../src/trace/order/elements";
import { GradientsReport } from "../../src/report/gradients";
import { ReportHost, type ReportShowing } from "../../src/report/host";
import { MismatchReport } from "../../src/report/mismatch";
import type { Case, Planted } from "../unit/diagnose/planted";
import { type HostedPage, type WebviewBundle, openHosted } from "./panelPage";
import type { ThemeName } from "./themes";

/** What a report would have had done elsewhere. */
export interface Done {
  readonly acts: string[];
  readonly copied: string[];
  readonly adopted: number[];
  readonly gone: string[];
}

/** A report with its doings recorded. */
export type ReportShown = (done: Done) => ReportShowing;

const common = ({ adopted, gone }: Done) => ({
  adopt: (answer: number) => void adopted.push(answer),
  goTo: ({ tensor, index }: Element) => void gone.push(`${tensor}[${index.join(", ")}]`),
});

/** What somebody has of a layer. */
export interface Given {
  readonly layer: string;
  readonly expected: Layer["expected"];
  readonly intermediates?: Layer["intermediates"];
}

/** Why the results of a planted bug differ. */
export function mismatch(engine: Engine, table: Planted, one: Case): Promise<ReportShown> {
  return explained(engine, table, { layer: one.layer, expected: table.given(one) });
}

/** Why what somebody has differs, by the real engine. */
export async function explained(engine: Engine, table: Planted, given: Given): Promise<ReportShown> {
  const { layer, expected, intermediates } = given;
  const inputs = table.inputs(given);
  const run = await engine.run(inputs);
  const compute = (other: RunInputs) => engine.run(other);
  const diagnosis = await explain(run, expected, compute);
  const bisection = intermediates === undefined ? null : await bisect(run, intermediates, diagnosis, compute);
  const report = new MismatchReport(run, expected, diagnosis, bisection);
  const { padding } = table.spec(layer);
  return (done) => ({
    ...common(done),
    report: report.report(layer, "expected by PyTorch", (changes) =>
      changes.length === 0 ? null : settingsText(settingsFor(changes, padding, inputs.geometry)),
    ),
    evidence: (answer, tensor) => report.seen(answer, tensor),
  });
}

export async function gradients(engine: Engine, table: Planted, one: Case): Promise<ReportShown> {
  const inputs = table.inputs(one);
  const { tensors } = await engine.run(inputs);
  const checks = await checkGradients(inputs, table.given(one), (other) => engine.run(other));
  const report = new GradientsReport(checks, {
    dx: tensors.dx.shape,
    dW: tensors.dW.shape,
    db: tensors.db.shape,
  });
  return (done) => ({
    ...common(done),
    report: report.report(one.layer),
    evidence: (_, tensor) => Promise.resolve(report.seen(tensor)),
  });
}

/** The real page talking to the real host. */
export interface ReportPage extends HostedPage {
  readonly host: ReportHost;
  readonly done: Done;
  readonly log: string[];
}

export async function openReport(
  browser: Browser,
  bundle: WebviewBundle,
  shown: ReportShown | null,
  more: { readonly theme?: ThemeName; readonly width?: number; readonly height?: number } = {},
): Promise<ReportPage> {
  const done: Done = { acts: [], copied: [], adopted: [], gone: [] };
  const log: string[] = [];
  const page = await openHosted(browser, { bundle, width: 900, height: 1000, ...more }, "conv-report", (post) => {
    const host = new ReportHost({
      post,
      log: (line) => log.push(line),
      act: (action) => done.acts.push(action),
      copy: (text) => done.copied.push(text),
    });
    if (shown !== null) host.show(shown(done));
    return host;
  });
  return { ...page, done, log };
}
