import { ConvError } from "../base/errors";
import { type Frame, refusal, refused } from "./program";
import { type Ask, type Part, notNumeric } from "./transfer";

/**
 * What the code that runs in the program answers, as a text without quotes or backslashes, so that no adapter's way of showing a
 * text changes it, between two marks:
 *   conv1 tensor DTYPE little|big SHAPE BYTES CRC direct|gathered BASE64 1vnoc      SHAPE is 1,3,8,8, or - for none
 *   conv1 other BASE64 1vnoc        no tensor: what it is instead
 *   conv1 error BASE64 1vnoc        what was thrown while it was looked at
 */
const form = /conv1 (tensor|other|error) ([^"'`]*?) ?1vnoc/;

/** Asks by evaluating the expression that `code` makes. */
export function asking(
  frame: Frame,
  expression: string,
  code: (start: number, end: number, send: boolean) => string,
): Ask {
  return async (start, end, send) => {
    let result: string;
    try {
      ({ result } = await frame.evaluate(code(start, end, send), "clipboard"));
    } catch (error) {
      if (frame.signal.aborted) throw error;
      throw refusal(expression, error);
    }
    return partOf(expression, result);
  };
}

function partOf(expression: string, result: string): Part {
  const found = form.exec(result);
  if (found === null) throw refused(expression, result);
  const [, kind, rest] = found;
  if (kind === "other") throw notNumeric(expression, textOf(rest));
  if (kind === "error") throw refused(expression, textOf(rest));
  const [dtype, order, shape, bytes, crc, how, data = ""] = rest.split(" ");
  const part = {
    dtype,
    bigEndian: order === "big",
    shape: shape === "-" ? [] : shape.split(",").map(Number),
    bytes: Number(bytes),
    crc: Number(crc),
    gathered: how === "gathered",
    data: Buffer.from(data, "base64"),
  };
  if (!Number.isSafeInteger(part.bytes) || !Number.isSafeInteger(part.crc))
    throw new ConvError({ code: "bad-value", what: `the answer for ${expression} cannot be read`, found: rest });
  return part;
}

function textOf(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}
