import { ConvError } from "../base/errors";
import type { ArithmeticKind } from "../engine/engine";

/** A whole number given on the command line. Throws ConvError `bad-usage`. */
export function wholeNumber(option: string, text: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most))
    throw new ConvError({
      code: "bad-usage",
      what: `${option} ${text} is not possible`,
      expected:
        most === Number.MAX_SAFE_INTEGER
          ? `a whole number of at least ${least}`
          : `a whole number from ${least} to ${most}`,
      found: JSON.stringify(text),
    });
  return value;
}

/** A tolerance: a number of at least 0. */
export function toleranceOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === "" ? NaN : Number(text);
  if (!(value >= 0))
    throw new ConvError({
      code: "bad-usage",
      what: `${option} ${text} is not possible`,
      expected: "a number of at least 0",
      found: JSON.stringify(text),
    });
  return value;
}

export interface EngineFlags {
  readonly threads?: string;
  readonly arithmetic?: string;
  readonly memory?: string;
}

const units: Readonly<Record<string, number>> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** Bytes given as "6G", "500M" or plain; undefined: the default. Throws ConvError `bad-usage`. */
export function bytesOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text.trim());
  if (match === null)
    throw new ConvError({
      code: "bad-usage",
      what: `${option} ${text} is not possible`,
      expected: "a number of bytes, such as 6G or 500M",
      found: JSON.stringify(text),
    });
  return Number(match[1]) * units[match[2].toUpperCase()];
}

export function engineOptions(flags: EngineFlags): { threads?: number; arithmetic?: ArithmeticKind } {
  const { threads, arithmetic } = flags;
  if (arithmetic !== undefined && arithmetic !== "fast" && arithmetic !== "reproducible")
    throw new ConvError({
      code: "bad-usage",
      what: `--arithmetic ${arithmetic} is not known`,
      expected: "fast or reproducible",
      found: JSON.stringify(arithmetic),
    });
  return { threads: threads === undefined ? undefined : wholeNumber("--threads", threads, 1, 64), arithmetic };
}
