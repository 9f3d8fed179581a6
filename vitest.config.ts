import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** What starts a datatrust, or the command line that does: the slow ones. */
const SERVERS = ['datatrust/{src,tests}/**/*.test.ts', 'packages/cli/tests/*.test.ts', 'examples/{,*/}tests/*.test.ts']
/** Beside what they test: a function or two, and nothing that is started. */
const UNITS = ['{packages,examples}/*/src/**/*.test.ts']

export default defineConfig({
  test: {
    // The tests wait for processes as often as they compute: on two cores one worker would leave one of them idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // In the order of their names: what is slow begins first, or all would wait for it in the end.
    projects: [
      { extends: true, test: { name: '1 servers', include: SERVERS, globalSetup: '.ci/empty-database.ts' } },
      {
        extends: true,
        test: {
          name: '2 packages',
          include: ['packages/*/tests/**/*.test.ts', '.ci/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...SERVERS],
        },
      },
      // Loading what they import takes longer than they do: they share it.
      { extends: true, test: { name: '3 units', include: UNITS, isolate: false } },
    ],
  },
})
