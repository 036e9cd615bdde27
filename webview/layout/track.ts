/** A run of steps on the timeline. */
export interface Stretch {
  readonly start: number;
  readonly count: number;
}

/** Where a stretch lies on the track, in the track's own pixels. */
export interface Segment extends Stretch {
  readonly left: number;
  readonly width: number;
}

/**
 * Shares `width` among the stretches in proportion to their steps, but gives none less than `least` pixels (or an equal
 * share, where there is not room even for that): what falls short is topped up, and the others share what is left.
 * A stretch without steps takes no room.
 */
export function layTrack(stretches: readonly Stretch[], width: number, least: number, gap: number): Segment[] {
  const live = stretches.filter(({ count }) => count > 0);
  const room = Math.max(0, width - gap * Math.max(0, live.length - 1));
  const floor = Math.min(least, live.length === 0 ? 0 : room / live.length);
  const short = new Set<Stretch>();
  for (;;) {
    const [total, free] = rest(live, short, room, floor);
    const next = live.find((stretch) => !short.has(stretch) && (stretch.count / total) * free < floor);
    if (next === undefined) break;
    short.add(next);
  }
  const [total, free] = rest(live, short, room, floor);
  let left = 0;
  return stretches.map((stretch) => {
    if (stretch.count === 0) return { ...stretch, left, width: 0 };
    const share = short.has(stretch) ? floor : (stretch.count / total) * free;
    const segment = { ...stretch, left, width: share };
    left += share + gap;
    return segment;
  });
}

function rest(live: readonly Stretch[], short: ReadonlySet<Stretch>, room: number, floor: number): [number, number] {
  const total = live.reduce((sum, stretch) => sum + (short.has(stretch) ? 0 : stretch.count), 0);
  return [total, room - short.size * floor];
}

/** The middle of a step's sliver, in pixels. */
export function pixelOf(segments: readonly Segment[], step: number): number {
  const segment = segments.find(({ start, count }) => step >= start && step < start + count) ?? segments.at(-1);
  if (segment === undefined) return 0;
  return segment.left + ((step - segment.start + 0.5) / Math.max(1, segment.count)) * segment.width;
}

/** The step under a pixel; a gap belongs to the segment before it. */
export function stepAt(segments: readonly Segment[], pixel: number): number {
  const live = segments.filter(({ count }) => count > 0);
  const segment = live.findLast(({ left }) => pixel >= left) ?? live.at(0);
  if (segment === undefined) return 0;
  const within = segment.width === 0 ? 0 : (pixel - segment.left) / segment.width;
  return segment.start + Math.min(segment.count - 1, Math.max(0, Math.floor(within * segment.count)));
}
