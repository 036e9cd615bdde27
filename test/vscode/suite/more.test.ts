import assert from "node:assert/strict";
import * as vscode from "vscode";
import { npyBytes } from "../../../src/formats/npy";
import { tensor } from "../../../src/tensor/tensor";
import { api, closeAll, openText, presentOf, until, workspaceUri } from "./support";

async function lenses(uri: vscode.Uri): Promise<vscode.CodeLens[]> {
  return vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri, 100);
}

describe("lenses", () => {
  before(api);
  afterEach(closeAll);

  it("stand above a layer and above every filter of a source file, and run them", async () => {
    const layer = await vscode.window.showTextDocument(workspaceUri("edges.conv.json"));
    const [run] = await lenses(layer.document.uri);
    assert.equal(layer.document.lineAt(run.range.start.line).text, "{");
    const { document } = await vscode.window.showTextDocument(workspaceUri("filters.cpp"));
    const found = (await lenses(document.uri)).filter(({ command }) => command?.command === "conv.debugFilter");
    assert.deepEqual(
      found.map(({ command }) => command?.title),
      [
        "$(debug-alt-small) Debug filter 3×3",
        "$(debug-alt-small) Debug filter 3×3",
        "$(debug-alt-small) Debug filter 2×1×2×2",
      ],
    );
    const { command, arguments: values = [] } = found[1].command!;
    await vscode.commands.executeCommand(command, ...(values as unknown[]));
    const present = await presentOf("photo.png · filters.cpp 3×3");
    assert.deepEqual([...present.run.tensors.W.data].slice(0, 9), [0, -1, 0, -1, 5, -1, 0, -1, 0]);
  });

  it("can be switched off", async () => {
    const conv = vscode.workspace.getConfiguration("conv");
    await conv.update("codeLens", false, vscode.ConfigurationTarget.Global);
    try {
      assert.deepEqual(await lenses(workspaceUri("edges.conv.json")), []);
    } finally {
      await conv.update("codeLens", undefined, vscode.ConfigurationTarget.Global);
    }
  });
});

describe("expected results", () => {
  afterEach(closeAll);

  it("are compared, and the shapes say what came of it", async () => {
    const layer = { input: [[1, 2, 3]], weight: [[1, 1]], expected: { out: [[[[3, 5.5]]]], db: [2] } };
    await openText("expected.conv.json", JSON.stringify(layer));
    await vscode.commands.executeCommand("conv.runLayer");
    const { verdicts } = await presentOf("expected");
    assert.deepEqual(
      verdicts.map(({ short, long }) => [short, long]),
      [
        ["out ≠ expected", "out is not as expected: 1 of 2 elements differ; [0, 0, 0, 1] is 5, not 5.5"],
        ["db = expected", "db is as expected"],
      ],
    );
    const { shapes } = await api();
    const out = shapes.getChildren().find((node) => "tensor" in node && node.tensor === "out");
    const last = shapes.getTreeItem(shapes.getChildren(out).at(-1)!);
    assert.equal(last.label, "expected  no");
  });
});

describe("the memory budget", () => {
  afterEach(closeAll);

  it("is what a run's needs are held against, which are said before it computes, and in the log", async () => {
    const { runner } = await api();
    const said: string[] = [];
    const listening = runner.onDidChangeActivity((activity) => {
      if (activity?.kind === "running") said.push(activity.detail);
    });
    try {
      await openText("needs.conv.json", '{ "input": {"random": [2, 8, 64, 64]}, "weight": {"random": [32, 8, 3, 3]} }');
      await vscode.commands.executeCommand("conv.runLayer");
    } finally {
      listening.dispose();
    }
    await presentOf("needs");
    const [reading, needs, ...computing] = said;
    assert.equal(reading, "reading");
    assert.match(needs, /^needs [\d.]+ MiB$/);
    for (const detail of computing) assert.equal(detail, `computing (${needs})`);
    await vscode.commands.executeCommand("conv.showLog");
    // Twice 2·32·62² of out, 2·8·64² of dx, 32·73 of dW and db; x and W: four bytes each.
    const log = await until("the log", () =>
      vscode.workspace.textDocuments
        .map((document) => document.getText())
        .find((text) => text.includes("needs: needs")),
    );
    const line = /needs: needs [\d.]+ MiB: 2\.14 MiB of results, 265 KiB of inputs, [\d.]+ [KM]iB of working memory\n/;
    assert.match(log, line);
    assert.match(log.split(line)[1], /needs: forward .*, (fast: fused multiply-add|reproducible: multiply, add)/);
  });

  it("asks before it is passed, and a cancelled question runs nothing", async () => {
    const conv = vscode.workspace.getConfiguration("conv");
    await conv.update("memoryBudget", 64, vscode.ConfigurationTarget.Global);
    try {
      const { runner } = await api();
      const before = runner.present;
      await openText(
        "budget.conv.json",
        '{ "input": {"random": [1, 8, 512, 512]}, "weight": {"random": [32, 8, 3, 3]} }',
      );
      const running = vscode.commands.executeCommand("conv.runLayer");
      await until("running", () => runner.running);
      await new Promise((later) => setTimeout(later, 3000)); // far longer than the run would take
      assert.ok(runner.running);
      await vscode.commands.executeCommand("conv.cancel");
      await running;
      assert.equal(runner.present, before);
    } finally {
      await conv.update("memoryBudget", undefined, vscode.ConfigurationTarget.Global);
    }
  });
});

/** A file system in memory, read-only, as those of remote repositories are. */
class MemoryFiles implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
  reads = 0;
  constructor(readonly files: ReadonlyMap<string, Uint8Array>) {}
  watch = () => new vscode.Disposable(() => undefined);
  stat({ path }: vscode.Uri): vscode.FileStat {
    return { type: vscode.FileType.File, ctime: 0, mtime: 1, size: this.#file(path).length };
  }
  readFile({ path }: vscode.Uri): Uint8Array {
    this.reads++;
    return this.#file(path);
  }
  readDirectory = () => [];
  createDirectory = () => this.#refuse();
  writeFile = () => this.#refuse();
  delete = () => this.#refuse();
  rename = () => this.#refuse();
  #file(path: string): Uint8Array {
    const found = this.files.get(path);
    if (found === undefined) throw vscode.FileSystemError.FileNotFound(path);
    return found;
  }
  #refuse(): never {
    throw vscode.FileSystemError.NoPermissions();
  }
}

describe("a virtual file system", () => {
  afterEach(closeAll);

  it("gives layers and tensors as a disk does", async () => {
    const encode = (text: string) => new TextEncoder().encode(text);
    const x = npyBytes(tensor("float64", [1, 1, 2, 2], Float64Array.of(1, 2, 3, 4)));
    const files = new MemoryFiles(
      new Map([
        ["/folder/a.conv.json", encode('{ "input": "sub/x.npy", "weight": [[2]] }')],
        ["/folder/sub/x.npy", x],
        ["/folder/b.conv.json", encode('{ "input": "y.npy", "weight": [[2]] }')],
      ]),
    );
    const registered = vscode.workspace.registerFileSystemProvider("convmem", files, { isReadonly: true });
    try {
      await vscode.commands.executeCommand("conv.runLayer", vscode.Uri.parse("convmem:/folder/a.conv.json"));
      const { run } = await presentOf("a");
      assert.deepEqual([...run.tensors.out.data], [2, 4, 6, 8]);
      assert.equal(run.arithmetic.dtype, "float64");
      const before = (await api()).runner.present;
      await vscode.commands.executeCommand("conv.runLayer", vscode.Uri.parse("convmem:/folder/b.conv.json"));
      assert.equal((await api()).runner.present, before);
      assert.equal(files.reads, 3); // each file once, however many ranges of it are asked for
    } finally {
      registered.dispose();
    }
  });
});
