import { ConvError, messageOf, placeText } from "../base/errors";
import type { Failure } from "../protocol/messages";

/** An error in the parts in which the panel shows it. `nameOf` shortens the path of a file for the reader. */
export function failureOf(error: unknown, nameOf: (file: string) => string): Failure {
  if (!(error instanceof ConvError)) return { what: upper(messageOf(error)), where: "", cause: "", remedy: "" };
  const { what, file, at, expected, found, remedy, namedIn } = error.fault;
  const place = (path: string | undefined, spot: string | undefined) =>
    [path === undefined ? "" : nameOf(path), spot ?? ""].filter((part) => part !== "").join(", ");
  const named = namedIn === undefined ? "" : `named in ${place(namedIn.file, placeText(namedIn.at))}`;
  const cause = [
    expected === undefined ? "" : `expected ${expected}`,
    found === undefined ? "" : `found ${found}`,
  ].filter((part) => part !== "");
  return {
    what: upper(what),
    where: [place(file, placeText(at)), named].filter((part) => part !== "").join(", "),
    cause: upper(cause.join(", ")),
    remedy: remedy ?? "",
  };
}

function upper(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
