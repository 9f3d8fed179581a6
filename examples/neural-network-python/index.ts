import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { type Hex, leakBits, leakStatement, policyFor, ZERO_BYTES32 } from '@gristmill/protocol'
import { findExecutors, inferTable, mockRows, mockTable, predict, readSafetensors, run } from '@gristmill/runner'

// The program that a sponsor sends. A policy names it by its sha256.
const algorithm = await readFile(new URL('programs/network.py', import.meta.url))
const digest: Hex = `0x${createHash('sha256').update(algorithm).digest('hex')}`
const ranges = { decayMicros: { min: 0, max: 1_000_000 }, epochs: { min: 1, max: 5_000 } }

// 1. The maker's policy: a network of so many units, good enough on rows that it has not seen, and not better on those it has.
const csv = Buffer.from(spiralsCsv())
const { table, size } = await inferTable({ source: Readable.from([csv]) })
const policy = policyFor({
  table,
  model: { family: 'mlp', hidden: [24] },
  algorithms: [{ digest, runtime: 'python', parameters: ranges }],
  checks: {
    membership: { maxTprAt1FprBps: 500, maxGapBps: 800 },
    utility: { metric: 'holdout_accuracy', minMicros: 900_000 },
  },
})
console.log(`policy    24 hidden units: ${leakStatement(leakBits(policy), size)}`)
const order = { orderId: ZERO_BYTES32, policy, algorithm, secret: randomBytes(32) }
const parameters = { decayMicros: 10, epochs: 1_500 }

// 2. Mock data has the columns of the table and tells nothing of it: on it a sponsor hears what the program prints.
const mock = mockTable(table, { rows: mockRows(policy), seed: 'neural-network-python' })
let said = ''
const print = (text: string) => {
  said += text
}
const heard = (await findExecutors({ print })).of('python') // RUNTIME_UNAVAILABLE without bubblewrap and numpy
const tried = await run({ ...order, parameters, executor: heard, source: Readable.from([mock]) })
console.log(`mock      ${tried.verdict}; it says: ${said.trimEnd().split('\n').at(-1)}`)

// 3. On the real rows nobody hears anything; what leaves is a network that has passed the checks.
const executor = (await findExecutors()).of('python')
await executor.inspect(algorithm)
const result = await run({ ...order, parameters, executor, source: Readable.from([csv]) })
for (const { check, quantity, found, limit } of result.privateLog.findings ?? [])
  console.log(`check     ${check}: ${quantity} ${limit}: ${Number(found.toFixed(3))}`)
if (result.released === undefined) throw new Error(`It ended in ${result.verdict}: ${result.privateLog.reason}`)
console.log(`verdict   ${result.verdict}, ${result.releasedBytes} bytes`)
for (const { name, micros } of result.metrics) console.log(`metric    ${name} ${micros / 1e6}`)
const model = readSafetensors(result.released)
console.log(`predicts  at 0.5, 0.1: ${predict(model, table, { x: 0.5, y: 0.1 }).label}`)

// 4. Decay that outweighs the rows leaves weights near zero: it would say as little of the data as a coin, and costs the same.
const idle = await run({
  ...order,
  parameters: { ...parameters, decayMicros: 1_000_000 },
  executor,
  source: Readable.from([csv]),
})
console.log(`idle      ${idle.verdict}: ${idle.privateLog.reason}; released ${idle.releasedBytes} bytes`)

/** Made by rule: two arms of a spiral, half a turn each, which no line parts. */
function spiralsCsv(): string {
  const rows = Array.from({ length: 2_000 }, (_, row) => {
    const draw = (root: number) => ((row + 1) * Math.sqrt(root)) % 1
    const [turn, arm] = [0.15 + 0.85 * draw(2), row % 2]
    const angle = Math.PI * (turn + arm)
    const [x, y] = [turn * Math.cos(angle), turn * Math.sin(angle)]
    return `${(x + 0.1 * (draw(3) - 0.5)).toFixed(4)},${(y + 0.1 * (draw(5) - 0.5)).toFixed(4)},${arm === 0 ? 'in' : 'out'}`
  })
  return `x,y,arm\n${rows.join('\n')}\n`
}
