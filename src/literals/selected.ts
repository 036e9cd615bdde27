/** A selection that is longer is not looked through at every move of the cursor. */
const MOST_TEXT = 1 << 16;

/** Whether a selection is meant as numbers: an array in brackets, or nothing but numbers. */
export function looksLikeNumbers(text: string): boolean {
  const head = text.slice(0, MOST_TEXT);
  return (
    /[[{(][\s[{(]*[-+−.]*\d/.test(head) || (/\d\s*[,;\s]\s*[-+−.]*\d/.test(head) && /^[\s\d.,;eE+−-]+$/.test(head))
  );
}
