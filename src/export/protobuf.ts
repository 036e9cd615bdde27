/** Protocol Buffers on the wire: a message is fields (number, wire type) one after the other. */
export type Bytes = Uint8Array<ArrayBuffer>;

function varint(value: number): Bytes {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Uint8Array.from([...bytes, value]);
}

export function join(...parts: readonly Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Wire type 0. */
export const number = (field: number, value: number) => join(varint(field * 8), varint(value));
/** Wire type 2: a message, a string or bytes. */
export const block = (field: number, content: Bytes | string) => {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return join(varint(field * 8 + 2), varint(bytes.length), bytes);
};
