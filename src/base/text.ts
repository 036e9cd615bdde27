/** `1 axis`, `2 axes`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

const MOST = 60;

/** What comes from outside and may be of any length, cut so that a sentence around it can be read. */
export function clipped(text: string, most = MOST): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}

/** Words as long as no word is, cut. Paths are shorter. */
export function withoutGiants(text: string): string {
  return text.replace(/\S{256,}/g, (word) => clipped(word));
}

/** One line in which nothing steers a terminal: line ends become spaces, other control characters `\x9b`. */
export function oneLine(text: string): string {
  return text
    .replace(/\s*[\r\n]+\s*/g, " ")
    .replace(/\p{Cc}/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** How much memory: "64 KiB", "1.5 GiB". */
export function sizeText(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  const unit = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** unit;
  return `${unit === 0 || value >= 100 ? Math.round(value) : Number(value.toPrecision(3))} ${units[unit]}`;
}

/** Bytes in quotation marks, as Python writes them: what is no printable ASCII as `\x93`. */
export function bytesText(bytes: Uint8Array): string {
  const char = (byte: number) =>
    byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
  return `"${Array.from(bytes, char).join("")}"`;
}
