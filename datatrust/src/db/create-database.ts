import { closeSync, fsyncSync, openSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { PGlite } from '@electric-sql/pglite'

// Makes an empty database in the directory named by the first argument. A process of its own: see open-database.ts.
setFlagsFromString('--no-wasm-tier-up')
setFlagsFromString('--no-wasm-dynamic-tiering')
try {
  const directory = process.argv[2] as string
  const database = await PGlite.create(directory)
  await database.close()
  // What is flushed from now on rests on these files.
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const file = openSync(join(entry.parentPath, entry.name), 'r')
    fsyncSync(file)
    closeSync(file)
  }
} catch (error) {
  // The library's stack has lines of 20 KB.
  console.error((error as Error).message)
  process.exitCode = 1
}
