import { createHash } from 'node:crypto'
import {
  type Hex,
  type Policy,
  type PolicyForParams,
  policyFor as policyForTable,
  type Table,
} from '@gristmill/protocol'

export const table: Table = {
  features: [
    { name: 'x', type: 'number', minMicros: 0, maxMicros: 100_000_000 },
    { name: 'side', type: 'category', categories: ['left', 'right'] },
  ],
  label: { name: 'y', classes: ['no', 'yes'] },
  ignored: ['id'],
}

/** 100 rows; the label is "yes" exactly where x > 49. */
export const csv = `id,x,side,y\n${Array.from({ length: 100 }, (_, x) => `r${x},${x},${x % 3 ? 'left' : 'right'},${x > 49 ? 'yes' : 'no'}`).join('\n')}\n`

/** Weights of x, left, right and the intercept that are right for every row. */
export const RIGHT = [64, 0, 0, -31.75]

/** The same rows with a number label: z is 0.2 x + 10 on the left, 0.2 x + 12 on the right, from 10 to 31.8. */
export const numberTable: Table = { ...table, label: { name: 'z', minMicros: 10_000_000, maxMicros: 32_000_000 } }
export const numberCsv = `id,x,side,z\n${Array.from({ length: 100 }, (_, x) => `r${x},${x},${x % 3 ? 'left' : 'right'},${(0.2 * x + (x % 3 ? 10 : 12)).toFixed(1)}`).join('\n')}\n`

/** Weights of x, left, right and the intercept that are right for every number, on the scale from -1 to 1. */
export const RIGHT_NUMBER = [20 / 11, 0, 2 / 11, -1]

export const digestOf = (module: Uint8Array): Hex => `0x${createHash('sha256').update(module).digest('hex')}`

/** A policy under which `module` may run, with one parameter. */
export const policyFor = (module: Uint8Array, params: Partial<PolicyForParams> = {}): Policy =>
  policyForTable({
    table,
    algorithms: [{ digest: digestOf(module), runtime: 'wasm', parameters: { body: { min: 0, max: 99 } } }],
    ...params,
  })
