import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { ROOT } from './workspace.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Directory of a database as the first start of a datatrust makes it, before its migrations. */
    emptyDatabase: string
  }
}

/**
 * Makes an empty database once for all tests of a run: copied to where a datatrust will look for its own, it spares it
 * initdb, which takes longer than most tests.
 */
export default function createEmptyDatabase(project: TestProject): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'gristmill-empty-database-'))
  execFileSync(process.execPath, [join(ROOT, 'datatrust/src/db/create-database.ts'), directory])
  project.provide('emptyDatabase', directory)
  return () => rmSync(directory, { recursive: true, force: true })
}
