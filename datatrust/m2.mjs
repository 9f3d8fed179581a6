import { rmSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'

const d = process.argv[2]
if (process.argv[3]) rmSync(d, { recursive: true, force: true })
const p = await PGlite.create(d)
await p.exec('create table if not exists x(a int)')
await p.close()
