import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../workspace.ts'
import { apiReference } from './api-reference.ts'
import { collectErrors, errorFaults, errorReference } from './error-reference.ts'

const DOCS = join(ROOT, 'docs')
const API = join(DOCS, 'api')

const errors = await collectErrors()
mkdirSync(DOCS, { recursive: true })
writeFileSync(join(DOCS, 'errors.md'), errorReference(errors))
rmSync(API, { recursive: true, force: true })
const faults = [...errorFaults(errors), ...(await apiReference(API))]
for (const fault of faults) console.error(fault)
console.log('docs/errors.md, docs/api/README.md')
process.exitCode = faults.length === 0 ? 0 : 1
