// What the engine uses of WebAssembly: TypeScript declares it with the DOM only, which the host does not have.
declare namespace WebAssembly {
  class Memory {
    constructor(size: { initial: number; maximum: number; shared: boolean });
    /** Pages of 64 KiB to add; the size before, in pages. Throws RangeError where the machine has no more. */
    grow(pages: number): number;
    readonly buffer: ArrayBufferLike;
  }
  /** Crosses to workers by structured clone. */
  interface Module {
    readonly [Symbol.toStringTag]: string;
  }
  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory } });
    readonly exports: Readonly<Record<string, unknown>>;
  }
  function validate(bytes: Uint8Array): boolean;
  function compile(bytes: Uint8Array): Promise<Module>;
}
