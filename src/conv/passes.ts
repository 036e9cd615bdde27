/** Results of a layer that can be held against somebody else's. */
export const resultNames = ["out", "dx", "dW", "db"] as const;
export type ResultName = (typeof resultNames)[number];

/** Products of the algorithm that are never held here, but by whoever writes it out: col, W·col before bias and reshape, dcol. */
export const intermediates = ["col", "product", "dcol"] as const;
export type Intermediate = (typeof intermediates)[number];

/** All that somebody may have of a layer. */
export type StageName = Intermediate | ResultName;

/** The same in the order of the algorithm. */
export const passes = {
  forward: ["col", "product", "out"],
  backward: ["db", "dW", "dcol", "dx"],
} as const satisfies Readonly<Record<string, readonly StageName[]>>;
export type Pass = keyof typeof passes;

/** The tensor of a run whose elements a stage's are, or become: those of the product are on the way to out. */
export function tensorOf(stage: StageName): Exclude<StageName, "product"> {
  return stage === "product" ? "out" : stage;
}

export function isIntermediate(stage: StageName): stage is Intermediate {
  return stage === "col" || stage === "product" || stage === "dcol";
}
