/** The part of WebAssembly's JavaScript API that the engine uses; TypeScript has it in the DOM's types only. */
declare namespace WebAssembly {
  interface Module {
    readonly __module: never;
  }
  type Imports = Record<string, Record<string, unknown>>;
  type ImportValue = unknown;
  class Memory {
    readonly buffer: ArrayBuffer;
  }
  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}
