import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { type Hex, leakBits, leakStatement, policyFor, ZERO_BYTES32 } from '@gristmill/protocol'
import * as runner from '@gristmill/runner'

// The script that a sponsor sends. A policy names it by its sha256.
const algorithm = await readFile(new URL('programs/kmeans.js', import.meta.url))
const allow = (script: Uint8Array) => {
  const digest: Hex = `0x${createHash('sha256').update(script).digest('hex')}`
  return [{ digest, runtime: 'js' as const, parameters: { passes: { min: 1, max: 200 } } }]
}

// 1. The maker's policy: five centres of three numbers, which know no row better than any other, and nothing else.
const csv = Buffer.from(customersCsv())
const { table, size } = await runner.inferTable({ source: Readable.from([csv]) })
const policyOf = (script: Uint8Array) =>
  policyFor({
    table,
    model: { family: 'centroids', centroids: 5 },
    algorithms: allow(script),
    checks: {
      membership: { maxTprAt1FprBps: 500, maxGapBps: 500 },
      scan: { window: 24, decoders: ['b64', 'hex', 'gzip'], numericRowRun: 3 },
    },
  })
const policy = policyOf(algorithm)
console.log(`policy    5 centres of ${table.features.length} numbers: ${leakStatement(leakBits(policy), size)}`)
const order = { orderId: ZERO_BYTES32, parameters: { passes: 50 }, secret: randomBytes(32) }

// 2. Mock data has the columns of the table and tells nothing of it: on it a sponsor hears what the script says.
const mock = runner.mockTable(table, { rows: runner.mockRows(policy), seed: 'kmeans-js' })
let said = ''
const heard = runner.createJsExecutor({}, (text) => {
  said += text
})
const tried = await runner.run({ ...order, policy, algorithm, executor: heard, source: Readable.from([mock]) })
console.log(`mock      ${tried.verdict}; it says: ${said.trimEnd().split('\n').at(-1)}`)

// 3. On the real rows nobody hears anything; what leaves is five centres that have passed the checks.
const executor = runner.createJsExecutor()
await executor.inspect(algorithm)
const result = await runner.run({ ...order, policy, algorithm, executor, source: Readable.from([csv]) })
for (const { check, quantity, found, limit } of result.privateLog.findings ?? [])
  console.log(`check     ${check}: ${quantity} ${limit}: ${Number(found.toFixed(1))}`)
if (result.released === undefined) throw new Error(`It ended in ${result.verdict}: ${result.privateLog.reason}`)
console.log(`verdict   ${result.verdict}, ${result.releasedBytes} bytes`)
const model = runner.readSafetensors(result.released)
for (const [visits, basket, items] of [
  [4, 85, 30],
  [9, 12, 4],
  [25, 80, 12],
] as const) {
  const group = runner.nearestCentroid(model, table, { visits, basket, items })
  console.log(`group     ${group} has who comes ${visits} times for ${basket} euros`)
}

// 4. A script that keeps rows instead of centres, had the maker allowed it.
const thief = Buffer.from('function run({ features }, output) { output.set(features.subarray(0, output.length)) }')
const theft = { ...order, policy: policyOf(thief), algorithm: thief, executor, source: Readable.from([csv]) }
const stopped = await runner.run(theft)
console.log(`thief     ${stopped.verdict}; released ${stopped.releasedBytes} bytes`)

/** Made by rule: how often customers come, what they spend and on how much, in five groups; the label is their channel. */
function customersCsv(): string {
  const groups = [3, 80, 30, 8, 15, 3, 14, 50, 20, 22, 20, 9, 26, 85, 11]
  const rows = Array.from({ length: 1500 }, (_, row) => {
    const [visits = 0, basket = 0, items = 0] = groups.slice(3 * (row % 5))
    const around = (root: number) => (((row + 1) * Math.sqrt(root)) % 1) - (((row + 1) * Math.sqrt(root + 2)) % 1)
    const cells = [visits + 2.5 * around(3), basket + 7 * around(11), items + 2 * around(17)]
    return `${cells.map((cell) => cell.toFixed(2)).join(',')},${row % 7 < 3 ? 'web' : 'shop'}`
  })
  return `visits,basket,items,channel\n${rows.join('\n')}\n`
}
