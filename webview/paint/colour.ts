/** How the ends of the colour scale are found. */
export type DomainKind = "full" | "symmetric" | "percentile" | "fixed";

/**
 * From number to colour, apart from the theme. Diverging: 0 takes the middle colour, each side has the whole run of its
 * colours up to lo (below 0) and hi (above 0). Sequential: lo takes the first colour, hi the last. Beyond the ends: the ends.
 */
export interface ColourScale {
  readonly kind: "diverging" | "sequential";
  readonly domain: DomainKind;
  readonly lo: number;
  readonly hi: number;
}
