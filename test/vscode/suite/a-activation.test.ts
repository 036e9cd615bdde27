import assert from "node:assert/strict";
import * as vscode from "vscode";
import { api, extension } from "./support";

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

describe("activation", () => {
  it("waits until it is needed, and opens nothing by itself", () => {
    assert.equal(extension.isActive, false);
    assert.deepEqual(
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label)),
      [],
    );
  });

  it("registers every command that it contributes", async () => {
    await api();
    const known = new Set(await vscode.commands.getCommands(true));
    const { contributes } = extension.packageJSON as Manifest; // package.json of this repository
    const missing = contributes.commands.map(({ command }) => command).filter((command) => !known.has(command));
    assert.deepEqual(missing, []);
    assert.ok(contributes.commands.length >= 15);
  });

  it("has run nothing yet", async () => {
    assert.equal((await api()).runner.present, undefined);
  });
});
