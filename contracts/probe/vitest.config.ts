import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** The tests as they are, on instrumented contracts. Their gas and size mean nothing, nor do scripts and proofs. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/gas/**', 'test/scripts/**', 'test/smt/**', 'test/probe/**'],
    env: { HARDHAT_CONFIG: fileURLToPath(new URL('./hardhat.config.ts', import.meta.url)) },
    isolate: false,
    setupFiles: fileURLToPath(new URL('./report-hits.ts', import.meta.url)),
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
