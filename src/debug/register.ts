// The one file of this room that knows VS Code: the adapter runs inside the extension host.
import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import { messageOf } from "../base/errors";
import { DebugAdapter } from "./adapter";
import type { Launch } from "./debuggee";
import { Listings } from "./listings";
import { type LineValues, phraseAt } from "./phrases";
import { THREAD } from "./stops";

const DEBUG_TYPE = "conv";
const LISTING_LANGUAGE = "conv-listing";

/** What the two commands ask for that the protocol has no request for. */
const reverses = {
  "conv.reverseStepIn": "reverseStepIn",
  "conv.reverseStepOut": "reverseStepOut",
} as const satisfies Record<string, string>;

/** What a person means to debug: what a command was called on, or else the layer file in front. */
type Program = (target?: unknown) => string | undefined;

/** `launch` loads a layer and runs it. F5 works without a launch.json. */
export function registerDebugger(launch: Launch, programOf: Program): Disposable {
  const stack = new DisposableStack();
  const listings = new Listings();
  stack.add(
    vscode.debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, {
      createDebugAdapterDescriptor: async () => {
        await untilSourcesCanBeShown();
        return new vscode.DebugAdapterInlineImplementation(inline(new DebugAdapter(launch, undefined, listings)));
      },
    }),
  );
  stack.add(
    vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, {
      resolveDebugConfiguration: (_folder, configuration) => completed(configuration, programOf),
    }),
  );
  stack.add(
    vscode.commands.registerCommand("conv.debugLayer", async (target: unknown) => {
      const program = programOf(target);
      if (program === undefined) sayThereIsNone();
      else await vscode.debug.startDebugging(undefined, configurationFor(program));
    }),
  );
  for (const [id, request] of Object.entries(reverses))
    stack.add(
      vscode.commands.registerCommand(id, async () => {
        const session = vscode.debug.activeDebugSession;
        if (session?.type === DEBUG_TYPE) await session.customRequest(request, { threadId: THREAD });
      }),
    );
  const { registerEvaluatableExpressionProvider, registerInlineValuesProvider } = vscode.languages;
  stack.add(registerEvaluatableExpressionProvider(LISTING_LANGUAGE, { provideEvaluatableExpression: hovered }));
  stack.add(registerInlineValuesProvider(LISTING_LANGUAGE, { provideInlineValues: beside }));
  return stack;
}

/** What to evaluate where the mouse is over the listing. */
function hovered(document: vscode.TextDocument, { line, character }: vscode.Position) {
  const phrase = phraseAt(document.lineAt(line).text, character);
  if (phrase === null) return undefined;
  return new vscode.EvaluatableExpression(new vscode.Range(line, phrase.start, line, phrase.end), phrase.text);
}

async function beside(
  document: vscode.TextDocument,
  _viewPort: vscode.Range,
  { frameId }: vscode.InlineValueContext,
): Promise<vscode.InlineValue[]> {
  const session = vscode.debug.activeDebugSession;
  if (session?.type !== DEBUG_TYPE) return [];
  // A frame that is gone meanwhile has no values: VS Code asks again for the next one.
  const answer: unknown = await session.customRequest("inlineValues", { frameId }).then(undefined, () => undefined);
  const { lines } = (answer ?? { lines: [] }) as { lines: readonly LineValues[] }; // our own adapter's
  return lines
    .filter(({ line }) => line <= document.lineCount)
    .map(({ line, values }) => new vscode.InlineValueText(document.lineAt(line - 1).range, values.join(", ")));
}

const PATIENCE_MS = 15_000;

/**
 * For some seconds after its window has opened VS Code cannot show sources that are in no file: F5 would end in an editor that
 * says so. No event tells when that is over. But until then the scheme of such sources is to VS Code like any that nobody
 * knows: to open one fails with the same words.
 */
async function untilSourcesCanBeShown(): Promise<void> {
  const whyNot = (scheme: string) =>
    vscode.workspace.openTextDocument(vscode.Uri.from({ scheme, path: "/none" })).then(
      () => "",
      (error: unknown) => messageOf(error).replaceAll(scheme, ""),
    );
  for (const end = Date.now() + PATIENCE_MS; vscode.debug.activeDebugSession === undefined && Date.now() < end;) {
    if ((await whyNot("debug")) !== (await whyNot("conv-nobody"))) return;
    await new Promise((later) => setTimeout(later, 100));
  }
}

/** The adapter as VS Code wants to hold it. */
function inline(adapter: DebugAdapter): vscode.DebugAdapter {
  return Object.assign(new vscode.Disposable(() => adapter.dispose()), {
    onDidSendMessage: adapter.onDidSendMessage,
    handleMessage: (message: vscode.DebugProtocolMessage) => adapter.handleMessage(message),
  });
}

/** What F5 on a layer file does where no configuration says otherwise: it stops at the first step, and leaves the room to the panel. */
function configurationFor(program: string): vscode.DebugConfiguration {
  const name = vscode.l10n.t("Debug {0}", program.replace(/^.*[\\/]/, ""));
  const internalConsoleOptions = "neverOpen";
  return { type: DEBUG_TYPE, request: "launch", name, program, stopOnEntry: true, internalConsoleOptions };
}

/** Without a launch.json VS Code asks with an empty configuration. undefined: nothing is started. */
function completed(
  configuration: Partial<vscode.DebugConfiguration>,
  programOf: Program,
): vscode.DebugConfiguration | undefined {
  const { type, request, name, program } = configuration;
  if (type !== undefined && request !== undefined && name !== undefined && program !== undefined)
    return { ...configuration, type, request, name };
  const layer = programOf();
  if (layer !== undefined) return { ...configurationFor(layer), ...configuration };
  sayThereIsNone();
  return undefined;
}

function sayThereIsNone(): void {
  const what = vscode.l10n.t('There is no layer file to debug: open a *.conv.json, or name one as "program".');
  void vscode.window.showInformationMessage(what); // stays as long as the person likes
}
