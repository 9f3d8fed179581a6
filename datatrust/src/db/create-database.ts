import { setFlagsFromString } from 'node:v8'
import { PGlite } from '@electric-sql/pglite'

// Makes an empty database in the directory named by the first argument. A process of its own: see open-database.ts.
setFlagsFromString('--no-wasm-tier-up')
setFlagsFromString('--no-wasm-dynamic-tiering')
try {
  const database = await PGlite.create(process.argv[2] as string)
  await database.close()
} catch (error) {
  // The library's stack has lines of 20 KB.
  console.error((error as Error).message)
  process.exitCode = 1
}
