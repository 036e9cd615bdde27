import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { installServed } from "../served/install.mjs";
import { openWorkbench } from "../served/workbench.mjs";
import { root } from "./support";

describe("the packed extension", () => {
  const vsix = join(root, "out/conv-debugger.vsix");
  let home: string;
  before(() => {
    home = mkdtempSync(join(tmpdir(), "conv-vsix-"));
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  it("holds what it needs to run, and nothing else", () => {
    const options = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links", "--out", vsix];
    execFileSync(process.execPath, [join(root, "node_modules/@vscode/vsce/vsce"), "package", ...options], {
      cwd: root,
    });
    const names = Object.keys(unzipSync(readFileSync(vsix))).map((name) => name.replace(/^extension\//, ""));
    for (const name of ["package.json", "package.nls.json", "LICENSE.txt", "readme.md", "media/icon.png"])
      assert.ok(names.includes(name), name);
    for (const name of ["extension.js", "worker.js", "webview/main.js", "webview/main.css", "conv-layer.schema.json"])
      assert.ok(names.includes(`dist/${name}`), name);
    assert.equal(names.filter((name) => /^dist\/kernels\/.*\.wasm$/.test(name)).length, 4);
    assert.equal(names.filter((name) => /^samples\/.*\.conv\.json$/.test(name)).length, 6);
    const strange = names.filter((name) =>
      /^(src|test|webview|out)\/|(^|\/)(node_modules|\.[^/]+)\/|\.(ts|map|mjs)$/.test(name),
    );
    assert.deepEqual(
      strange.filter((name) => name !== "samples/filters.ts"),
      [],
    );
  });

  it("is installed by VS Code, and runs", async () => {
    const { node, main } = installServed();
    const extensionsDir = join(home, "extensions");
    const folders = ["--extensions-dir", extensionsDir, "--server-data-dir", join(home, "server")];
    execFileSync(node, [main, ...folders, "--install-extension", vsix], {
      env: { ...process.env, EXTENSIONS_GALLERY: "{}" },
    });
    const vscode = await openWorkbench({ open: "nan.conv.json", run: true, extensionsDir });
    try {
      const panel = await vscode.panel();
      await panel.locator("canvas").first().waitFor();
    } finally {
      await vscode.close();
    }
  });
});
