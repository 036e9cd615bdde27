const HEADER = /^(.*?)content-length[ \t]*:[ \t]*(\d+)[ \t]*$/is;
const OTHER_HEADER = /^(?!content-length)[\w-]+:/i;
/** Byte order marks of UTF-8 stand where some shells pipe into a program. */
const BOM = /^\uFEFF/;
/** No header is longer, and no message. */
const MOST_HEADER = 4096;
const MOST_BODY = 2 ** 28;
/** So much of what is no header is shown. */
const SHOWN = 60;

/**
 * The messages in a stream, each with the one header that a debug adapter needs, written as the protocol writes it. Names of headers
 * may be in any case, as in HTTP, and lines may end in a line feed alone. What is no message is left out and told in one line, up to the next header.
 */
export async function* framed(
  input: AsyncIterable<Buffer | string>,
  complain: (what: string) => void,
): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  /** Bytes of the message whose header is being read. */
  let length: number | null = null;
  let isBody = false;
  const refuse = (found: string) => {
    const shown = found.length > SHOWN ? `${found.slice(0, SHOWN)}…` : found;
    complain(`expected a header "Content-Length: BYTES" and an empty line, found ${JSON.stringify(shown)}`);
  };
  for await (const chunk of input) {
    rest = Buffer.concat([rest, Buffer.from(chunk)]);
    for (;;) {
      if (isBody) {
        if (rest.length < length!) break; // isBody: there was a header
        yield Buffer.concat([Buffer.from(`Content-Length: ${length}\r\n\r\n`), rest.subarray(0, length!)]);
        rest = rest.subarray(length!);
        [length, isBody] = [null, false];
        continue;
      }
      const end = rest.indexOf("\n");
      if (end < 0) {
        if (rest.length <= MOST_HEADER) break;
        refuse(rest.toString("utf8", 0, MOST_HEADER));
        // The next header may have begun.
        rest = rest.subarray(rest.length - SHOWN);
        break;
      }
      const line = rest.toString("utf8", 0, end).replace(/\r$/, "").replace(BOM, "");
      rest = rest.subarray(end + 1);
      if (line.trim() === "") {
        isBody = length !== null;
        continue;
      }
      const header = HEADER.exec(line);
      const bytes = Number(header?.[2]);
      if (header === null ? !OTHER_HEADER.test(line) : header[1] !== "" || bytes > MOST_BODY) refuse(line);
      if (header !== null) length = bytes > MOST_BODY ? null : bytes;
    }
  }
  if (isBody || rest.toString().trim() !== "") complain("the input ended in the middle of a message");
}
