import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { ROOT } from './workspace.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Directory of a database as the first start of a datatrust makes it, before its migrations. */
    emptyDatabase: string
    /** The same after its migrations. */
    migratedDatabase: string
  }
}

interface Databases {
  root: string
  emptyDatabase: string
  migratedDatabase: string
}

/** Of this run: each project has this module to itself. */
const run = globalThis as { databases?: Databases }

/**
 * Makes databases once for all tests of a run: copied to where a datatrust will look for its own, they spare it initdb, which
 * takes longer than most tests, and the migrations, which take as long as all else of its start.
 */
export default function provideDatabases(project: TestProject): () => void {
  run.databases ??= makeDatabases()
  const { root, ...databases } = run.databases
  for (const [name, directory] of Object.entries(databases)) project.provide(name as keyof typeof databases, directory)
  return () => rmSync(root, { recursive: true, force: true })
}

function makeDatabases(): Databases {
  const root = mkdtempSync(join(tmpdir(), 'gristmill-databases-'))
  const [emptyDatabase, migratedDatabase] = [join(root, 'empty'), join(root, 'migrated')]
  execFileSync(process.execPath, [join(ROOT, 'datatrust/src/db/create-database.ts'), emptyDatabase])
  cpSync(emptyDatabase, migratedDatabase, { recursive: true })
  const migrate = `const { openDatabase } = await import(process.argv[1])
await (await openDatabase({ directory: process.argv[2] })).destroy()`
  const module = join(ROOT, 'datatrust/dist/db/open-database.js')
  execFileSync(process.execPath, ['--input-type=module', '--eval', migrate, module, migratedDatabase])
  return { root, emptyDatabase, migratedDatabase }
}
