import {
  DefaultIntrinsics,
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSRuntime,
} from 'quickjs-emscripten-core'

/** Bytes of WebAssembly's stack that a script's calls may take; QuickJS refuses deeper ones itself. */
const STACK_BYTES = 256 * 1024

/** A fresh QuickJS, compiled to WebAssembly: no modules to load, no host functions, no clock. */
export async function createVm(): Promise<{ runtime: QuickJSRuntime; context: QuickJSContext }> {
  const quickjs = await newQuickJSWASMModuleFromVariant(import('@jitl/quickjs-wasmfile-release-sync'))
  const runtime = quickjs.newRuntime()
  runtime.setMaxStackSize(STACK_BYTES)
  const context = runtime.newContext({ intrinsics: { ...DefaultIntrinsics, Date: false } })
  return { runtime, context }
}
