import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    testTimeout: 30_000,
    // binaryen explains at length why it refuses a module.
    onConsoleLog: (log) => !log.includes('wasm-validator'),
  },
})
