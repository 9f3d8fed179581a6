import { setFlagsFromString } from 'node:v8'
import { PGlite } from '@electric-sql/pglite'

// Makes an empty database in the directory named by the first argument. A process of its own: see open-database.ts.
setFlagsFromString('--no-wasm-tier-up')
setFlagsFromString('--no-wasm-dynamic-tiering')
const database = await PGlite.create(process.argv[2] as string)
await database.close()
