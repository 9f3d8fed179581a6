import { existsSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { chosen } from '../chosen.ts'
import { type Row, type Skipped, tableOf } from '../row.ts'
import { measureCluster } from './cluster.ts'
import { measureMetering } from './metering.ts'
import { measureNoOps } from './no-ops.ts'
import { measureOrders } from './orders.ts'

const IN_MEMORY = '/dev/shm'

const { values } = parseArgs({
  options: {
    /** Runs of each no-op and of the metered module. */
    runs: { type: 'string', default: '20' },
    /** Orders of each runtime. */
    orders: { type: 'string', default: '5' },
    /** Tasks of the array on a cluster. */
    jobs: { type: 'string', default: '100' },
    /** An image of containers, by digest. */
    image: { type: 'string' },
    /** Socket of the engine that has it. */
    host: { type: 'string' },
    /** `no-ops`, `orders`, `cluster` or `metering`, or several with commas between; all of them without it. */
    only: { type: 'string' },
  },
})

const parent = existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir()
const runs = Number(values.runs)
const loadBefore = loadavg()[0]
const parts: Record<string, () => Promise<(Row | Skipped)[]>> = {
  'no-ops': () => measureNoOps({ runs, image: values.image, host: values.host }),
  orders: () => measureOrders({ parent, orders: Number(values.orders) }),
  cluster: () => measureCluster({ jobs: Number(values.jobs), runs: 1 }),
  metering: () => measureMetering(runs),
}
const rows: (Row | Skipped)[] = []
for (const measure of chosen(parts, values.only)) rows.push(...(await measure()))
const load = { loadBefore, loadAfter: loadavg()[0], cores: availableParallelism() }
console.log(tableOf(rows))
console.log(
  `load average ${load.loadBefore} before, ${load.loadAfter} after, on ${load.cores} cores; no-ops and meter: medians of ${runs} interleaved runs`,
)
console.log(JSON.stringify({ bench: 'compute', ...load, rows }))
