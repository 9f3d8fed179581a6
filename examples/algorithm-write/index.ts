import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { type Hex, leakBits, leakStatement, policyFor, ZERO_BYTES32 } from '@gristmill/protocol'
import { createWasmExecutor, inferTable, predict, readSafetensors, run } from '@gristmill/runner'

// The module, built from assembly/. A policy names it by its sha256.
const algorithm = await readFile(new URL('dist/nearest-centroid.wasm', import.meta.url))
const digest: Hex = `0x${createHash('sha256').update(algorithm).digest('hex')}`

// 1. Would a runner take it at all? This is asked again before anybody pays for a run.
const executor = createWasmExecutor()
await executor.inspect(algorithm)
console.log(`accepted  ${algorithm.length} bytes, ${digest}`)

// What is refused, for instance: a module that asks its host for the time. It could carry data out, so nothing is imported.
const withImport = Buffer.from('0061736d01000000010401600000020d0103656e7605636c6f636b0000', 'hex')
await executor.inspect(withImport).catch((error) => console.log(`refused   ${error.details.refusal}: ${error.message}`))

// 2. Does it learn? Where it is sent it can say nothing, so it is tried on a table with the same kind of columns.
const csv = Buffer.from(seasonsCsv())
const source = () => Readable.from([csv])
const { table, size } = await inferTable({ source: source() })
const parameters = { varianceMicros: 10_000 }
const allowed = { digest, runtime: 'wasm' as const, parameters: { varianceMicros: { min: 0, max: 1_000_000 } } }
const policy = policyFor({ table, algorithms: [allowed] })
const order = { orderId: ZERO_BYTES32, algorithm, parameters, executor, secret: randomBytes(32) }
const result = await run({ ...order, policy, source: source() })
const { measurements, fuelUsed, reason } = result.privateLog // yours here; where it is sent, the data's owner's alone
console.log(`verdict   ${result.verdict} (${reason}), ${fuelUsed} of ${result.fuel} fuel`)
if (result.released === undefined || measurements === undefined) throw new Error('It did not learn this table.')
const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`
const { holdout_accuracy: accuracy = 0, holdout_majority: majority = 0 } = measurements
console.log(`accuracy  ${percent(accuracy)} of rows it did not see, ${percent(majority)} by the most frequent answer`)
console.log(`leaves    ${result.releasedBytes} bytes: ${leakStatement(leakBits(policy), size)}`)

// 3. What comes out of the gate is a model file; this is what the sponsor does with it.
const row = { hours: 9, change: 0.05 }
const { label } = predict(readSafetensors(result.released), table, row)
console.log(`predicts  ${row.hours} hours of daylight, ${row.change} more than yesterday: ${label}`)

// 4. The gate lets numbers out, finite and in range, and nothing else. Under a policy without negative
// numbers, this algorithm's do not leave.
const positive = policyFor({ table, algorithms: [allowed], range: [0, 1] })
const stopped = await run({ ...order, policy: positive, source: source() })
console.log(`gate      ${stopped.verdict}: ${stopped.privateLog.reason}; released ${stopped.releasedBytes} bytes`)

/** Made by rule: the hours of daylight on a day and how they change tell the season, north of the tropic. */
function seasonsCsv(): string {
  const hours = (latitude: number, day: number): number => {
    const tilt = -23.44 * Math.cos((2 * Math.PI * day) / 365)
    const [sun, place] = [tilt, latitude].map((degrees) => Math.tan((degrees * Math.PI) / 180)) as [number, number]
    return (24 / Math.PI) * Math.acos(-sun * place)
  }
  const rows = ['hours,change,season']
  for (let latitude = 24; latitude <= 60; latitude += 4)
    for (let day = 1; day <= 364; day++) {
      const [today, yesterday] = [hours(latitude, day), hours(latitude, day - 1)]
      const season = ['winter', 'spring', 'summer', 'autumn'][Math.floor((day - 1) / 91)]
      rows.push(`${today.toFixed(3)},${(today - yesterday).toFixed(4)},${season}`)
    }
  return `${rows.join('\n')}\n`
}
