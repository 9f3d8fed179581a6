import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../workspace.ts'

/** HTTP status of every code that a datatrust may answer with, from the table by which it does. */
export function problemCodes(root = ROOT): Map<string, number> {
  const source = readFileSync(join(root, 'datatrust/src/api/status-of.ts'), 'utf8')
  const rows = [...source.matchAll(/^ {2}(\d{3}): \[([^\]]*)\]/gm)]
  return new Map(
    rows.flatMap(([, status, codes = '']) =>
      [...codes.matchAll(/'([A-Z0-9_]+)'/g)].map(([, code = '']) => [code, Number(status)] as const),
    ),
  )
}
