import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { type Hex, leakBits, leakStatement, policyFor, ZERO_BYTES32 } from '@gristmill/protocol'
import { findExecutors, inferTable, mockRows, mockTable, predict, readSafetensors, run } from '@gristmill/runner'

// The program that a sponsor sends. A policy names it by its sha256.
const algorithm = await readFile(new URL('programs/forest.py', import.meta.url))
const digest: Hex = `0x${createHash('sha256').update(algorithm).digest('hex')}`
const DEPTH = 4

// 1. The maker's policy: eight trees of this depth, in which no leaf speaks of fewer than ten rows.
const csv = Buffer.from(trialCsv())
const { table, size } = await inferTable({ source: Readable.from([csv]) })
const policyOf = (minLeaf: number) =>
  policyFor({
    table,
    model: { family: 'tree-ensemble', trees: 8, depth: DEPTH },
    algorithms: [
      {
        digest,
        runtime: 'python',
        parameters: { depth: { min: DEPTH, max: DEPTH }, rowsPerLeaf: { min: 1, max: 1000 } },
      },
    ],
    checks: {
      tree: { minLeaf, maxDepth: DEPTH },
      membership: { maxTprAt1FprBps: 500, maxGapBps: 1_000 },
      utility: { metric: 'holdout_accuracy', minMicros: 750_000 },
    },
  })
const policy = policyOf(10)
console.log(`policy    8 trees of depth ${DEPTH}: ${leakStatement(leakBits(policy), size)}`)
const parameters = { depth: DEPTH, rowsPerLeaf: 20 }
const order = { orderId: ZERO_BYTES32, algorithm, secret: randomBytes(32) }

// 2. Mock data has the columns of the table and tells nothing of it: on it a sponsor hears what the program prints.
const mock = mockTable(table, { rows: mockRows(policy), seed: 'random-forest-python' })
let said = ''
const print = (text: string) => {
  said += text
}
const heard = (await findExecutors({ print })).of('python') // RUNTIME_UNAVAILABLE without bubblewrap and scikit-learn
const tried = await run({ ...order, parameters, policy, executor: heard, source: Readable.from([mock]) })
console.log(`mock      ${tried.verdict}; it says: ${said.trimEnd()}`)

// 3. On the real rows nobody hears anything; what leaves is eight trees that have passed the checks.
const executor = (await findExecutors()).of('python')
await executor.inspect(algorithm)
const result = await run({ ...order, parameters, policy, executor, source: Readable.from([csv]) })
for (const { check, quantity, found, limit } of result.privateLog.findings ?? [])
  console.log(`check     ${check}: ${quantity} ${limit}: ${Number(found.toFixed(3))}`)
if (result.released === undefined) throw new Error(`It ended in ${result.verdict}: ${result.privateLog.reason}`)
console.log(`verdict   ${result.verdict}, ${result.releasedBytes} bytes`)
for (const { name, micros } of result.metrics) console.log(`metric    ${name} ${micros / 1e6}`)
const model = readSafetensors(result.released)
for (const dose of [2, 5, 9])
  console.log(`predicts  dose ${dose}: ${predict(model, table, { age: 40, weight: 70, dose }).label}`)

// 4. The same program with parameters that make small leaves: what they would say of a few rows does not leave.
const small = { ...parameters, rowsPerLeaf: 1 }
const stopped = await run({ ...order, parameters: small, policy, executor, source: Readable.from([csv]) })
console.log(`small     ${stopped.verdict}: ${stopped.privateLog.reason}; released ${stopped.releasedBytes} bytes`)

/** Made by rule: who responds to a drug, by age, weight and dose; one row in twenty the other way round. */
function trialCsv(): string {
  const rows = Array.from({ length: 2500 }, (_, row) => {
    const draw = (root: number) => ((row + 1) * Math.sqrt(root)) % 1
    const [age, weight, dose] = [20 + 60 * draw(2), 50 + 50 * draw(3), 10 * draw(5)]
    const responds = dose / weight > 0.05 && dose / weight < 0.11 && age < 65
    return [age.toFixed(1), weight.toFixed(1), dose.toFixed(2), responds !== draw(7) < 0.05 ? 'yes' : 'no'].join(',')
  })
  return `age,weight,dose,responds\n${rows.join('\n')}\n`
}
