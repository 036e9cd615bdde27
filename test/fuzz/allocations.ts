/**
 * Counts the bytes of every typed array and buffer that is constructed, also of those that are let go again: an upper bound
 * of what was in use at any moment. Import it before the modules whose allocations are to be seen.
 */
let total = 0;

export function allocatedBytes(): number {
  return total;
}

const names = [
  "ArrayBuffer",
  "Uint8Array",
  "Int8Array",
  "Uint16Array",
  "Int16Array",
  "Uint32Array",
  "Int32Array",
  "BigUint64Array",
  "BigInt64Array",
  "Float32Array",
  "Float64Array",
] as const;

for (const name of names) {
  const real: new (...parameters: never[]) => { readonly byteLength: number } = globalThis[name];
  const counting = new Proxy(real, {
    construct(target, parameters: unknown[], newTarget) {
      // A view on a buffer that is there already costs nothing; anything else is measured after the fact,
      // so a length in the millions is refused before it can bring the machine down.
      const isView = name !== "ArrayBuffer" && parameters[0] instanceof ArrayBuffer;
      const asked = typeof parameters[0] === "number" ? parameters[0] : 0;
      if (asked > 2 ** 30) total += asked;
      if (asked > 2 ** 30) throw new Error(`an allocation of ${asked}`);
      const made = Reflect.construct(target, parameters, newTarget === counting ? target : newTarget) as {
        readonly byteLength: number;
      };
      if (!isView) total += made.byteLength;
      return made;
    },
  });
  Object.defineProperty(globalThis, name, { value: counting, configurable: true, writable: true });
  // `slice`, `map` and the like ask the prototype for the constructor.
  Object.defineProperty(real.prototype, "constructor", { value: counting, configurable: true, writable: true });
}
