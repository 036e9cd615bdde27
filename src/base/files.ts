/** What a path names, as far as reading goes. */
export interface FileStat {
  readonly size: number;
  readonly kind: "file" | "directory" | "other";
  /** What it is if it is no file, in words: "a FIFO". */
  readonly what?: string;
  /** Milliseconds since 1970; changes when the file does. */
  readonly modified: number;
}

/**
 * File access, injected by the host (the file system on the command line, `vscode.workspace.fs` in the editor).
 * Paths are absolute and in the host's own form. Every method throws ConvError `not-found` or `not-a-file`
 * without blocking on a FIFO or a device.
 */
export interface Files {
  stat(path: string): Promise<FileStat>;
  /** The whole file, at most `limit` bytes (else `too-large`). */
  read(path: string, limit?: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Bytes [start, end) of the file, fewer only at its end. */
  readRange(path: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Writes to a temporary file beside it, then renames: the original stays intact if anything fails. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** `relative` as seen from the folder of `base`; throws `outside-folder` if the host's trust rules forbid it. */
  resolve(base: string, relative: string): Promise<string>;
}
