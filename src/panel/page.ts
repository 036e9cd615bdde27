import * as vscode from "vscode";

/** The host's side of a page. */
interface PageHost {
  receive(messages: unknown): void;
  pause(): void;
  dispose(): void;
}

/** Makes a panel of VS Code's one of ours: its page, its messages, and what happens when it goes out of view or is closed. */
export function bindPage(
  panel: vscode.WebviewPanel,
  extension: vscode.Uri,
  page: string,
  host: PageHost,
  closed: () => void,
): void {
  panel.iconPath = {
    light: vscode.Uri.joinPath(extension, "media", "layer-light.svg"),
    dark: vscode.Uri.joinPath(extension, "media", "layer-dark.svg"),
  };
  panel.webview.onDidReceiveMessage((messages: unknown) => host.receive(messages));
  panel.onDidChangeViewState(() => {
    // Out of view the page is unloaded; back in view it asks for everything anew.
    if (!panel.visible) host.pause();
  });
  panel.onDidDispose(() => {
    host.dispose();
    closed();
  });
  panel.webview.options = { enableScripts: true, localResourceRoots: [pageFolder(extension)] };
  panel.webview.html = pageHtml(panel.webview, extension, page);
}

/** The folder of everything that the page loads, and nothing else. */
function pageFolder(extension: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extension, "dist", "webview");
}

/**
 * A page, by the name of its bundle: one script, named by a nonce, and one style sheet with the icons' font beside it. Nothing else may be loaded, run
 * or styled inline, and nothing leaves the page.
 */
function pageHtml(webview: vscode.Webview, extension: vscode.Uri, page: string): string {
  const nonce = nonceText();
  const uri = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(pageFolder(extension), name)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
  ].join("; ");
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Conv</title>
    <link rel="stylesheet" href="${uri(`${page}.css`)}" />
    <script type="module" nonce="${nonce}" src="${uri(`${page}.js`)}"></script>
  </head>
  <body></body>
</html>`;
}

function nonceText(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
