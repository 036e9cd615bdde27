/** The source of the parser of expression.peggy. */
export function grammarSource(): string;
