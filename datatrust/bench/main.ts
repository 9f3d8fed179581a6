import { existsSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { chosen } from './chosen.ts'
import { measureCrowd } from './crowd.ts'
import { measureRequests } from './requests.ts'
import { measureReveals } from './reveals.ts'
import { tableOf } from './row.ts'
import { measureTransfers } from './transfers.ts'

const MIB = 2 ** 20
const IN_MEMORY = '/dev/shm'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '2GiB' },
    runs: { type: 'string', default: '3' },
    /** Downloads of 100 MiB at once. */
    crowd: { type: 'string', default: '200' },
    /** Orders from whose payment to the key is measured. */
    orders: { type: 'string', default: '10' },
    /** Listings of the larger catalogue; the smaller one has 100. */
    listings: { type: 'string', default: '100000' },
    /** Of the catalogue; of quotes a tenth of so many, of uploads a twenty-fifth. */
    reads: { type: 'string', default: '1500' },
    /** `transfers`, `reveals`, `requests` or `crowd`; all of them without it. */
    only: { type: 'string' },
  },
})

function bytesOf(text: string): number {
  const [, count, unit] = /^(\d+)(MiB|GiB)$/.exec(text) ?? []
  if (count === undefined) throw new RangeError(`--size is ${text}, expected for example 256MiB or 2GiB`)
  return Number(count) * (unit === 'GiB' ? 1024 * MIB : MIB)
}

const parent = existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir()
const runs = Number(values.runs)
const loadBefore = loadavg()[0]
const parts = {
  transfers: () => measureTransfers({ sizeBytes: bytesOf(values.size), runs, parent, diskParent: tmpdir() }),
  reveals: () => measureReveals({ parent, orders: Number(values.orders) }),
  requests: () => measureRequests({ parent, listings: Number(values.listings), reads: Number(values.reads) }),
  crowd: () => measureCrowd({ parent, clients: Number(values.crowd), sizeBytes: 100 * MIB }),
}
const rows = []
for (const measure of chosen(parts, values.only)) rows.push(...(await measure()))
const load = { loadBefore, loadAfter: loadavg()[0], cores: availableParallelism() }
console.log(tableOf(rows))
console.log(
  `load average ${load.loadBefore} before, ${load.loadAfter} after, on ${load.cores} cores; medians of ${runs} interleaved runs in ${parent}`,
)
console.log(JSON.stringify({ bench: 'datatrust', ...load, rows }))
