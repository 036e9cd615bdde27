/** A measured number as a person reads it: two or three digits, a real minus sign. */
export function figure(value: number): string {
  if (value !== value) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const small = value !== 0 && Math.abs(value) < 1e-3;
  return typographic(small ? value.toExponential(1) : String(Number(value.toPrecision(3))));
}

/** An element's value. */
export function valueText(value: number, digits = 6): string {
  return Number.isFinite(value) ? typographic(String(Number(value.toPrecision(digits)))) : figure(value);
}

/** "out", "out and dx", "out, dx and dW" */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}

/** What lies between an element and what was expected of it: with more digits where they need them to differ. */
export function differenceText({ found, expected }: { readonly found: number; readonly expected: number }): string {
  const digits = valueText(found) === valueText(expected) ? 9 : 6;
  return `${valueText(found, digits)} here, ${valueText(expected, digits)} expected`;
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function typographic(text: string): string {
  return text.replace(/-/g, "−").replace("e+", "e");
}
