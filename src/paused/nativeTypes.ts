/** What the name of a C or C++ type says of where its elements lie. */
export type NativeType =
  | { readonly kind: "pointer"; readonly element: string }
  /** Elements one after the other, in the order of the axes. */
  | { readonly kind: "array"; readonly element: string; readonly shape: readonly number[] }
  | { readonly kind: "vector"; readonly element: string }
  | { readonly kind: "scalar"; readonly element: string };

/** Reads a type as debuggers write it: "const float *", "double[4][3]", "std::vector<float, std::allocator<float> > &". */
export function nativeType(text: string): NativeType {
  const name = text
    .replace(/\b(?:const|volatile|restrict|__restrict|struct|class|enum)\b/g, " ")
    .replace(/\bstd::(?:__\w+::)+/g, "std::")
    .replace(/\(&\)|\s+/g, " ")
    .replace(/ +/g, " ")
    .replace(/[&\s]+$/, "")
    .trim();
  const array = /^(.*?[^\s[\]]) ?((?:\[\d+\])+)$/.exec(name);
  if (array !== null) {
    const shape = [...array[2].matchAll(/\d+/g)].map(([digits]) => Number(digits));
    return within(nativeType(array[1]), shape);
  }
  if (name.endsWith("*")) return { kind: "pointer", element: name.slice(0, -1).trim() };
  const template = /^std::(vector|array)<(.*)>$/.exec(name);
  if (template === null) return { kind: "scalar", element: name };
  const [element, size] = topLevel(template[2]);
  if (template[1] === "vector") return { kind: "vector", element };
  return within(nativeType(element), [Number.parseInt(size, 10)]);
}

/** An array of arrays is one array with more axes; of anything else, an array of that. */
function within(inner: NativeType, shape: readonly number[]): NativeType {
  if (inner.kind === "scalar") return { kind: "array", element: inner.element, shape };
  if (inner.kind === "array") return { ...inner, shape: [...shape, ...inner.shape] };
  return { kind: "array", element: inner.kind === "pointer" ? `${inner.element} *` : inner.element, shape };
}

/** The arguments of a template, those of templates in them left alone. */
function topLevel(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const char of text) {
    if (char === "<") depth++;
    if (char === ">") depth--;
    if (char === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim());
}
