export { createWasmExecutor } from './executors/wasm/wasm-executor.js'
