import { createBwrapExecutor } from './bwrap/bwrap-executor.js'
import { createExecutors, type Executors } from './executors.js'
import { createJsExecutor } from './js/js-executor.js'
import { createWasmExecutor } from './wasm/wasm-executor.js'

/** Every executor that works on this machine, with its default limits. */
export async function findExecutors(): Promise<Executors> {
  const bwrap = await createBwrapExecutor()
  return createExecutors([createWasmExecutor(), createJsExecutor(), ...(bwrap === undefined ? [] : [bwrap])])
}
