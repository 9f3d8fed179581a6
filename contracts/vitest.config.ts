import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Hardhat looks for its configuration from the working directory, which is the caller's.
    env: { HARDHAT_CONFIG: fileURLToPath(new URL('./hardhat.config.ts', import.meta.url)) },
    globalSetup: './test/support/build.ts',
    isolate: false,
    setupFiles: './test/support/renew-chain.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
