import { randomBytes } from "node:crypto";
import type { Stats } from "node:fs";
import { type FileHandle, constants, lstat, open, realpath, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { ConvError } from "./errors";
import type { FileStat, Files } from "./files";

/** What one Uint8Array may hold everywhere: just under 4 GiB. */
const MOST_BYTES = 2 ** 32 - 2;
/** One read call of the system takes less than 2 GiB. */
const PIECE = 2 ** 30;

export interface NodeFilesOptions {
  /** A folder that no path may leave, neither by `..` nor by a symbolic link. Without it every path is allowed. */
  readonly root?: string;
}

/** The file system of this machine. */
export function nodeFiles({ root }: NodeFilesOptions = {}): Files {
  const inside = (path: string) => checkInside(root, path);
  return {
    async stat(path) {
      const found = await describing(path, () => stat(path));
      await inside(path);
      return { size: found.size, kind: kindOf(found), what: whatOf(found), modified: found.mtimeMs };
    },
    read: (path, limit = MOST_BYTES) =>
      withFile(path, root, async (handle, size) => {
        if (size > limit)
          throw new ConvError({
            code: "too-large",
            what: "the file is too large to be read whole",
            file: path,
            expected: `at most ${limit} bytes`,
            found: `${size} bytes`,
          });
        return readBytes(path, handle, 0, size);
      }),
    readRange: (path, start, end) =>
      withFile(path, root, (handle, size) =>
        readBytes(path, handle, Math.min(start, size), Math.min(Math.max(start, end), size)),
      ),
    write: (path, bytes) => writeWhole(path, bytes, inside),
    async resolve(base, wanted) {
      const path = resolve(dirname(base), wanted);
      await inside(path);
      return path;
    },
  };
}

function kindOf(found: Stats): FileStat["kind"] {
  if (found.isFile()) return "file";
  return found.isDirectory() ? "directory" : "other";
}

/**
 * Opens and reads, never blocking: what is no regular file is refused before it is opened, the open itself does not wait
 * (O_NONBLOCK: a FIFO may have taken the file's place meanwhile), and the descriptor is looked at again.
 */
async function withFile<T>(
  path: string,
  root: string | undefined,
  use: (handle: FileHandle, size: number) => Promise<T>,
): Promise<T> {
  refuseOther(path, await describing(path, () => stat(path)));
  const handle = await describing(path, () => open(path, constants.O_RDONLY | constants.O_NONBLOCK));
  try {
    const found = await handle.stat();
    refuseOther(path, found);
    await checkInside(root, path, found);
    return await use(handle, found.size);
  } finally {
    await handle.close();
  }
}

/** What is no regular file, in words. */
function whatOf(found: Stats): string | undefined {
  if (found.isFile()) return undefined;
  const kinds: [boolean, string][] = [
    [found.isDirectory(), "a directory"],
    [found.isFIFO(), "a FIFO"],
    [found.isSocket(), "a socket"],
    [found.isCharacterDevice() || found.isBlockDevice(), "a device"],
  ];
  return kinds.find(([is]) => is)?.[1] ?? "something else";
}

function refuseOther(path: string, stats: Stats): void {
  const found = whatOf(stats);
  if (found === undefined) return;
  const what = "this is not a file that can be read";
  throw new ConvError({ code: "not-a-file", what, file: path, expected: "a regular file", found });
}

/** Fewer bytes than asked for if the file has become shorter meanwhile. */
async function readBytes(
  path: string,
  handle: FileHandle,
  start: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = allocate(path, end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await describing(path, () =>
      handle.read(bytes, filled, Math.min(PIECE, bytes.length - filled), start + filled),
    );
    if (bytesRead === 0) return bytes.slice(0, filled);
    filled += bytesRead;
  }
  return bytes;
}

function allocate(path: string, length: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    const what = `${length} bytes are more than can be held at once`;
    throw new ConvError({ code: "too-large", what, file: path }, { cause });
  }
}

/** Temporary file in the same folder, then rename. A symbolic link stays one: what it points to is replaced. */
async function writeWhole(path: string, bytes: Uint8Array, inside: (path: string) => Promise<void>): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined) refuseOther(path, found);
  await inside(path);
  const target = await realpath(path).catch(() => path);
  const temporary = join(dirname(target), `.${randomBytes(8).toString("hex")}.tmp`);
  try {
    const handle = await open(temporary, "wx", found === undefined ? 0o666 : found.mode & 0o777);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (cause) {
    await unlink(temporary).catch(() => undefined);
    const what = `the file could not be written (${errorCode(cause)})`;
    const remedy = "Nothing was changed: check the folder, its permissions and the free space";
    throw new ConvError({ code: "not-written", what, file: path, remedy }, { cause });
  }
}

/**
 * Throws `outside-folder` if the path, with every symbolic link followed, leaves the root. Given what an open descriptor
 * showed, also if the path no longer leads to it: then somebody exchanged a link between the opening and the look.
 */
async function checkInside(root: string | undefined, path: string, opened?: Stats): Promise<void> {
  if (root === undefined) return;
  const [realRoot, real] = await Promise.all([realpath(root).catch(() => resolve(root)), realPart(resolve(path))]);
  const way = relative(realRoot, real);
  const leaves = way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way);
  const same =
    opened === undefined ||
    (await lstat(real).then(
      (now) => sameFile(now, opened),
      () => false,
    ));
  if (!leaves && same) return;
  throw new ConvError({
    code: "outside-folder",
    what: "the path leaves the folder",
    file: path,
    expected: `a path inside ${root}`,
    found: real,
    remedy: "Move the file into the folder, or trust the workspace",
  });
}

function sameFile(a: Stats, b: Stats): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

/** The path with its links followed as far as they lead somewhere; the rest, which nothing can be read from, as it is. */
async function realPart(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await realPart(parent), basename(path));
  }
}

async function describing<T>(path: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (cause) {
    const code = errorCode(cause);
    const known: Record<string, string> = {
      ENOENT: "there is no such file",
      ENOTDIR: "there is no such file",
      EACCES: "the file may not be read",
      EPERM: "the file may not be read",
      ELOOP: "the symbolic links lead in a circle",
      ENAMETOOLONG: "the path is too long",
    };
    const refused = code === "EISDIR" || code === "ENXIO";
    const what = refused ? "this is not a file that can be read" : (known[code] ?? `the file cannot be read (${code})`);
    throw new ConvError({ code: refused ? "not-a-file" : "not-found", what, file: path }, { cause });
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
