import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../workspace.ts'
import { apiReference } from './api-reference.ts'
import { collectErrors, errorFaults, errorReference } from './error-reference.ts'

const DOCS = join(ROOT, 'docs')
const API = join(DOCS, 'api')

/** As the tests compare it: the package has to be built. */
async function openApi(): Promise<string> {
  const { openApiDocument } = (await import(join(ROOT, 'datatrust/dist/index.js'))) as { openApiDocument: () => object }
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`
}

const errors = await collectErrors()
mkdirSync(DOCS, { recursive: true })
writeFileSync(join(DOCS, 'errors.md'), errorReference(errors))
writeFileSync(join(DOCS, 'openapi.json'), await openApi())
rmSync(API, { recursive: true, force: true })
const faults = [...errorFaults(errors), ...(await apiReference(API))]
for (const fault of faults) console.error(fault)
console.log('docs/errors.md, docs/openapi.json, docs/api/README.md')
process.exitCode = faults.length === 0 ? 0 : 1
