import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const asked = (process.env.GRISTMILL_PROBE_TESTS ?? '').split(',').map((test) => join(ROOT, test))

/** Test files in the order in which they were asked for. */
class AsAsked extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => asked.indexOf(moduleId)
    return files.sort((a, b) => place(a) - place(b))
  }
}

/** The tests as they are, on instrumented contracts. Their gas and size mean nothing, nor do scripts and proofs. */
export default defineConfig({
  root: ROOT,
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/controls/**', 'test/gas/**', 'test/scripts/**', 'test/smt/**', 'test/probe/**'],
    env: { HARDHAT_CONFIG: fileURLToPath(new URL('./hardhat.config.ts', import.meta.url)) },
    isolate: false,
    sequence: { sequencer: AsAsked },
    setupFiles: fileURLToPath(new URL('./report-hits.ts', import.meta.url)),
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
