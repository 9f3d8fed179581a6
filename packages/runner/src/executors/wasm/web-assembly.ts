/** An instance's exports that the runner touches. */
export interface WasmExports {
  [name: string]: unknown
}

interface WebAssemblyApi {
  Module: {
    new (bytes: Uint8Array): object
    imports(module: object): { module: string; name: string }[]
  }
  Instance: new (module: object, imports: object) => { exports: WasmExports }
}

/** The engine's WebAssembly; TypeScript declares it only together with the browser's DOM. */
export const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly
