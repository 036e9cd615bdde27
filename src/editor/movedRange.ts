/** A piece of a text, as offsets. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** So many characters at `offset` were replaced by so many others. */
export interface TextChange {
  readonly offset: number;
  readonly removed: number;
  readonly inserted: number;
}

/** Where a piece of text is after a change: what is changed within it, or over its edge, belongs to it. */
export function movedRange({ start, end }: TextRange, { offset, removed, inserted }: TextChange): TextRange {
  const by = inserted - removed;
  const last = offset + removed;
  if (offset >= end) return { start, end };
  if (last <= start) return { start: start + by, end: end + by };
  return { start: Math.min(start, offset), end: Math.max(end, last) + by };
}
