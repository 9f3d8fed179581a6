import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      '{packages,examples}/*/{src,tests}/**/*.test.ts',
      'datatrust/{src,tests}/**/*.test.ts',
      'examples/tests/*.test.ts',
      '.ci/**/*.test.ts',
    ],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
