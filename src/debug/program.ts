import type { DebugProtocol as P } from "@vscode/debugprotocol";
import type { Session } from "../session/session";
import { type Listing, listingOf } from "../trace/listing/listing";
import type { Trace } from "../trace/moment/trace";
import { type LaunchAttributes, overridesOf } from "./attributes";
import type { Debuggee } from "./debuggee";
import type { Listings } from "./listings";
import { type WrittenNumber, writtenNumbers } from "../formats/writtenNumbers";

/** What is being debugged: a layer that was run, and the two texts that stand for it, its listing and its file. */
export class Program {
  readonly attributes: LaunchAttributes;
  readonly debuggee: Debuggee;
  readonly listing: Listing;
  /** Number of the listing: one that has changed is another source. */
  readonly reference: number;
  readonly #listings: Listings;
  #numbers: readonly WrittenNumber[] | undefined;

  constructor(attributes: LaunchAttributes, debuggee: Debuggee, listings: Listings) {
    this.attributes = attributes;
    this.debuggee = debuggee;
    const { run, steps } = debuggee.session.trace;
    this.listing = listingOf(steps, run.arithmetic);
    this.reference = listings.referenceOf(this.listing);
    this.#listings = listings;
  }

  get session(): Session {
    return this.debuggee.session;
  }

  get trace(): Trace {
    return this.session.trace;
  }

  /** Where the program ends: with the forward pass, if only that is debugged. */
  get lastStep(): number {
    const { steps, total } = this.trace;
    return this.attributes.backward === false ? Math.min(total, steps.spans.db.start) - 1 : total - 1;
  }

  /** The listing as a source of Python text. It is in no file: clients ask for it by its number. */
  get source(): P.Source {
    const { name, file } = this.debuggee.layer;
    return { name: `${name}.py`, path: `${file}.py`, sourceReference: this.reference };
  }

  get layerSource(): P.Source {
    const { file } = this.debuggee.layer;
    return { name: file.replace(/^.*[\\/]/, ""), path: file };
  }

  /** The numbers of W and b in the layer file. */
  get numbers(): readonly WrittenNumber[] {
    const { text, layer } = this.debuggee;
    this.#numbers ??= writtenNumbers(text, layer, overridesOf(this.attributes));
    return this.#numbers;
  }

  /** Which of the two texts a client means. `earlier`: or a listing that this one has taken the place of. */
  textOf({ sourceReference = 0, path }: P.Source, earlier = false): "listing" | "file" | null {
    const isListing = path !== undefined && samePath(path, this.source.path!);
    if (sourceReference > 0) {
      const known = path === undefined ? this.#listings.at(sourceReference) !== undefined : isListing;
      return sourceReference === this.reference || (earlier && known) ? "listing" : null;
    }
    if (path === undefined || isListing) return isListing ? "listing" : null;
    return samePath(path, this.debuggee.layer.file) ? "file" : null;
  }
}

/** Editors write a drive's letter in either case, and either slash. */
function samePath(a: string, b: string): boolean {
  const plain = (path: string) => path.replaceAll("\\", "/").replace(/^[A-Z]:/, (drive) => drive.toLowerCase());
  return plain(a) === plain(b);
}
