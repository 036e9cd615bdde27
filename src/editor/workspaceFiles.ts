import * as vscode from "vscode";
import { ConvError } from "../base/errors";
import type { FileStat, Files } from "../base/files";
import { nodeFiles } from "../base/nodeFiles";

/** A virtual file system gives files whole: more than this is not asked of it. */
const MOST_BYTES = 2 ** 30;

/**
 * Reads what belongs to `base`, a layer file or the folder's place where one could be. On disk straight from it, by ranges; on
 * any other file system through VS Code. Where the workspace is not trusted, nothing outside of its folder is read.
 */
export function workspaceFiles(base: vscode.Uri): Files {
  const folder = vscode.workspace.getWorkspaceFolder(base)?.uri ?? vscode.Uri.joinPath(base, "..");
  const root = vscode.workspace.isTrusted ? undefined : folder;
  return base.scheme === "file" ? nodeFiles({ root: root?.fsPath }) : virtualFiles(root);
}

/** What `Files` calls a file: its path on disk, else its URI. */
export function pathOf(uri: vscode.Uri): string {
  return uri.scheme === "file" ? uri.fsPath : uri.toString();
}

/** The inverse of `pathOf`. A drive letter is no scheme. */
export function uriOf(path: string): vscode.Uri {
  return /^[a-z][a-z\d+.-]+:/i.test(path) ? vscode.Uri.parse(path, true) : vscode.Uri.file(path);
}

export async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

function virtualFiles(root: vscode.Uri | undefined): Files {
  const { fs } = vscode.workspace;
  // An archive is read in many small ranges: the file is fetched once for all of them, and again when it has changed.
  const fetched = new Map<string, { readonly stat: FileStat; readonly bytes: Uint8Array<ArrayBuffer> }>();

  const check = (uri: vscode.Uri): vscode.Uri => {
    if (root !== undefined && !isInside(root, uri))
      throw new ConvError({
        code: "outside-folder",
        what: "the path leaves the folder",
        file: pathOf(uri),
        expected: `a path inside ${root.toString(true)}`,
        remedy: "Move the file into the folder, or trust the workspace",
      });
    return uri;
  };
  const stat = async (path: string): Promise<FileStat> => {
    const { type, size, mtime } = await describing(path, () => fs.stat(check(uriOf(path))));
    const kind = type & vscode.FileType.File ? "file" : type & vscode.FileType.Directory ? "directory" : "other";
    return { size, kind, modified: mtime };
  };
  const whole = async (path: string, limit: number): Promise<Uint8Array<ArrayBuffer>> => {
    const now = await stat(path);
    if (now.kind !== "file") throw new ConvError({ code: "not-a-file", what: "this is not a file", file: path });
    if (now.size > limit)
      throw new ConvError({
        code: "too-large",
        what: "the file is too large to be read whole",
        file: path,
        expected: `at most ${limit} bytes`,
        found: `${now.size} bytes`,
        remedy: "Copy it to a folder on disk",
      });
    const known = fetched.get(path);
    if (known?.stat.modified === now.modified && known.stat.size === now.size) return known.bytes;
    const bytes = Uint8Array.from(await describing(path, () => fs.readFile(uriOf(path))));
    fetched.set(path, { stat: now, bytes });
    return bytes;
  };

  return {
    stat,
    read: (path, limit = MOST_BYTES) => whole(path, Math.min(limit, MOST_BYTES)),
    readRange: async (path, start, end) => (await whole(path, MOST_BYTES)).slice(start, end),
    async write(path, bytes) {
      const target = check(uriOf(path));
      const draft = target.with({ path: `${target.path}.${Date.now().toString(36)}.tmp` });
      await describing(path, async () => {
        await fs.writeFile(draft, bytes);
        await fs.rename(draft, target, { overwrite: true });
      });
    },
    resolve: (base, relative) => {
      const from = uriOf(base);
      const to = relative.startsWith("/") ? from.with({ path: relative }) : vscode.Uri.joinPath(from, "..", relative);
      return Promise.resolve(to).then(check).then(pathOf);
    },
  };
}

function isInside(root: vscode.Uri, uri: vscode.Uri): boolean {
  const folder = root.path.endsWith("/") ? root.path : `${root.path}/`;
  const normal = vscode.Uri.joinPath(uri, ".").path;
  return uri.scheme === root.scheme && uri.authority === root.authority && normal.startsWith(folder);
}

async function describing<T>(path: string, use: () => Thenable<T>): Promise<T> {
  try {
    return await use();
  } catch (cause) {
    if (cause instanceof ConvError || !(cause instanceof vscode.FileSystemError)) throw cause;
    const missing = cause.code === "FileNotFound";
    const what = missing ? "there is no such file" : `the file cannot be read (${cause.code})`;
    throw new ConvError(
      { code: cause.code === "FileIsADirectory" ? "not-a-file" : "not-found", what, file: path },
      { cause },
    );
  }
}
