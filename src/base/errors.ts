import { clipped, oneLine, withoutGiants } from "./text";

/** What kind of fault it is. Codes are stable: tests, scripts and the log refer to them. */
export type FaultCode =
  | "bad-magic"
  | "bad-version"
  | "bad-header"
  | "bad-shape"
  | "bad-dtype"
  | "bad-value"
  | "bad-archive"
  | "bad-image"
  | "truncated"
  | "trailing-bytes"
  | "too-large"
  | "unsupported"
  | "not-found"
  | "not-a-file"
  | "outside-folder"
  | "not-written"
  | "bad-syntax"
  | "bad-key"
  | "bad-layer"
  | "bad-geometry"
  | "bad-step"
  | "bad-expression"
  | "bad-usage"
  | "out-of-memory"
  | "worker-failed"
  | "cancelled";

/** Where a fault is: a byte offset, a place in a text (from 1), a JSON path, or the name of an archive's entry. */
export interface Place {
  readonly offset?: number;
  readonly line?: number;
  readonly column?: number;
  readonly path?: string;
  readonly entry?: string;
}

export interface Fault {
  readonly code: FaultCode;
  /** What is wrong, in a few words, without a full stop. */
  readonly what: string;
  readonly file?: string;
  readonly at?: Place;
  readonly expected?: string;
  readonly found?: string;
  /** What the user can do, as an imperative, without a full stop. */
  readonly remedy?: string;
  /** Where the faulty file is named: the layer file, and the key's place in it. */
  readonly namedIn?: { readonly file: string; readonly at: Place };
}

/** The one error of the whole program: fields for the machine, one line for the person. */
export class ConvError extends Error {
  override readonly name = "ConvError";
  readonly fault: Fault;

  constructor(fault: Fault, options?: { cause?: unknown }) {
    super(sentence(fault), options);
    this.fault = fault;
  }

  get code(): FaultCode {
    return this.fault.code;
  }

  /** The same fault, said of a file; a file that is already named stays. */
  inFile(file: string): ConvError {
    return this.fault.file === undefined ? new ConvError({ ...this.fault, file }, { cause: this }) : this;
  }
}

/** Runs `read`; any ConvError that comes out names `file`. */
export async function namingFile<T>(file: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof ConvError ? error.inFile(file) : error;
  }
}

/** One line for whatever was thrown. */
export function messageOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error));
}

function sentence(fault: Fault): string {
  const where = [fault.file, placeText(fault.at)].filter((part) => part !== undefined && part !== "").join(", ");
  const details = [
    fault.expected === undefined ? undefined : `expected ${fault.expected}`,
    fault.found === undefined ? undefined : `found ${fault.found}`,
  ].filter((part) => part !== undefined);
  const body = withoutGiants([fault.what, ...(details.length > 0 ? [details.join(", ")] : [])].join(": "));
  const named =
    fault.namedIn === undefined ? "" : ` (named in ${fault.namedIn.file}, ${placeText(fault.namedIn.at) ?? ""})`;
  const line = `${where === "" ? "" : `${where}: `}${body}${named}.${fault.remedy === undefined ? "" : ` ${fault.remedy}.`}`;
  return oneLine(line);
}

/** A place in a few characters: `entry "x.npy"`, "4:12", "padding", "byte 128". */
export function placeText(at: Place | undefined): string | undefined {
  if (at === undefined) return undefined;
  const parts: string[] = [];
  if (at.entry !== undefined) parts.push(`entry "${clipped(at.entry)}"`);
  if (at.line !== undefined) parts.push(`${at.line}:${at.column ?? 1}`);
  if (at.path !== undefined) parts.push(clipped(at.path, 120));
  if (at.offset !== undefined) parts.push(`byte ${at.offset}`);
  return parts.join(", ");
}
