import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  leakBits,
  leakStatement,
  PolicyContradictionError,
  policyFor,
  trainerBytes,
  trainerDigest,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import { createTrainerExecutor, inferTable, predict, readSafetensors, run } from '@gristmill/runner'

// 1. The maker's table: how many days somebody stays, which is a number and no class.
const csv = Buffer.from(staysCsv())
const read = () => Readable.from([csv])
const { table, size } = await inferTable({ source: read(), label: 'days', labelType: 'number' })

// 2. The policy: no code of a sponsor runs, only the runner's own regression, and its sums leave with noise.
const TRAINER = 'dp-linear-regression'
const policyOf = (epsilon: number) =>
  policyFor({
    table,
    algorithms: [
      { digest: trainerDigest(TRAINER), runtime: 'trainer', parameters: { lambdaMicros: { min: 1, max: 1_000_000 } } },
    ],
    privacy: { mode: 'trusted-dp', epsilonMicros: epsilon * 1e6, clipMicros: 2_000_000 },
  })
console.log(`policy    epsilon 1 of a run; ${leakStatement(leakBits(policyOf(1)), size)}`)

// 3. What a sponsor gets, for a promise that is usual, and for one so strong that noise is most of it.
const secret = randomBytes(32)
const patient = { age: '80', severity: '4', ward: 'surgery' }
for (const epsilon of [1, 0.01]) {
  const result = await run({
    orderId: ZERO_BYTES32,
    policy: policyOf(epsilon),
    algorithm: trainerBytes(TRAINER),
    parameters: { lambdaMicros: 1 },
    source: read(),
    executor: createTrainerExecutor(),
    secret,
  })
  if (result.released === undefined) throw new Error(`It ended in ${result.verdict}: ${result.privateLog.reason}`)
  const { label } = predict(readSafetensors(result.released), table, patient)
  console.log(
    `epsilon   ${epsilon}: ${result.verdict}, ${result.releasedBytes} bytes; 80 years, severity 4, surgery: ${Number(label).toFixed(1)} days, by the rule 21.0`,
  )
}

// 4. What is measured of classes says nothing of a number: a policy that asks for it contradicts itself.
try {
  policyFor({
    table,
    algorithms: [{ digest: ZERO_BYTES32, runtime: 'wasm', parameters: {} }],
    minAccuracyMicros: 900_000,
  })
} catch (error) {
  if (!(error instanceof PolicyContradictionError)) throw error
  console.log(`refused   ${error.message}`)
}

/** Made by rule: a tenth of a day for each year, two for each degree, three more in surgery; two days more or less by chance. */
function staysCsv(): string {
  const rows = Array.from({ length: 20_000 }, (_, row) => {
    const draw = (root: number) => ((row + 1) * Math.sqrt(root)) % 1
    const [age, severity] = [20 + Math.floor(75 * draw(2)), 1 + Math.floor(5 * draw(3))]
    const ward = draw(5) < 0.4 ? 'surgery' : 'medicine'
    const days = 2 + 0.1 * age + 2 * severity + (ward === 'surgery' ? 3 : 0) + 4 * (draw(7) - 0.5)
    return `${age},${severity},${ward},${days.toFixed(1)}`
  })
  return `age,severity,ward,days\n${rows.join('\n')}\n`
}
