import { setFlagsFromString } from 'node:v8'
for (const f of (process.argv[4]??'').split(' ').filter(Boolean)) setFlagsFromString(f)
const { PGlite } = await import('@electric-sql/pglite')
const { rmSync } = await import('node:fs')
const d=process.argv[2]
if(process.argv[3]==='1') rmSync(d,{recursive:true,force:true})
const p=await PGlite.create(d); await p.exec('create table if not exists x(a int)'); await p.close()
