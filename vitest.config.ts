import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // The tests wait for processes as often as they compute: on two cores one worker would leave one of them idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
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
