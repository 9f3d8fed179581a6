import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openSlurmEngine } from '@gristmill/engine'
import { createWasmExecutor, type EngineJob, execute } from '@gristmill/runner'
import { Spool } from '../../../packages/engine/dist/spool/spool.js'
import { missingSlurm, type Slurm, startSlurm } from '../../../packages/engine/tests/_slurm.ts'
import { median, type Row, type Skipped } from '../row.ts'
import { emptyInput, NO_OPS } from './no-ops.ts'

/** What a node of a cluster runs. */
const TASK_MAIN = fileURLToPath(new URL('../../../packages/engine/dist/task/main.js', import.meta.url))
/** As many at once as the cluster has nodes of one core. */
const AT_ONCE = 2

export interface ClusterParams {
  /** Tasks of one array. */
  jobs: number
  runs: number
}

/** An array of jobs that do nothing on a cluster of two nodes, beside the same processes started by xargs. */
export async function measureCluster({ jobs, runs }: ClusterParams): Promise<(Row | Skipped)[]> {
  const name = `${jobs} jobs slurm`
  if (missingSlurm !== undefined) return [{ name, skipped: missingSlurm }]
  const slurm = await startSlurm()
  try {
    const seconds = { ours: [] as number[], peer: [] as number[] }
    for (let run = 0; run < runs; run++) {
      seconds.ours.push(await timed(() => bySlurm(slurm, jobOf(`ours ${run}`, jobs))))
      seconds.peer.push(await timed(() => byXargs(slurm, jobOf(`peer ${run}`, jobs))))
      console.error(`${name}: ${seconds.ours.at(-1)!.toFixed(1)} s, by xargs ${seconds.peer.at(-1)!.toFixed(1)} s`)
    }
    const [ours, peer] = [median(seconds.ours), median(seconds.peer)]
    return [{ name, ours, peer, peerName: `xargs -P${AT_ONCE}`, unit: 's', better: 'lower' }]
  } finally {
    await slurm.close()
  }
}

function jobOf(id: string, jobs: number): EngineJob {
  const { limits, runtimeDigest: digest, name } = createWasmExecutor().capabilities()
  const task = { algorithm: NO_OPS.wasm, input: emptyInput(), outputBytes: 24 }
  return { id, runtime: { name, digest }, limits, tasks: Array.from({ length: jobs }, () => task) }
}

async function bySlurm(slurm: Slurm, job: EngineJob): Promise<void> {
  const spoolDirectory = join(slurm.shared, 'spool')
  const engine = await openSlurmEngine({ url: slurm.url, spoolDirectory, overheadBytes: 256 * 2 ** 20 })
  requireAll(job, await execute(engine, job))
  await engine.close()
}

async function byXargs(slurm: Slurm, job: EngineJob): Promise<void> {
  const spool = await Spool.open({ directory: join(slurm.shared, 'bare'), engine: 'slurm' })
  const key = spool.keyOf(job.id)
  await spool.put(key, job)
  const command = ['-P', String(AT_ONCE), '-n', '1', process.execPath, TASK_MAIN, spool.jobAt(key).path]
  const xargs = spawn('xargs', command, { stdio: ['pipe', 'ignore', 'inherit'] })
  xargs.stdin.end([...job.tasks.keys()].join('\n'))
  const [code] = await once(xargs, 'close')
  if (code !== 0) throw new Error(`xargs ended with ${code}`)
  requireAll(job, await spool.collect(job.id))
}

function requireAll(job: EngineJob, executions: readonly { status: string }[]): void {
  const good = executions.filter(({ status }) => status === 'OK').length
  if (good !== job.tasks.length) throw new Error(`${good} of ${job.tasks.length} jobs ended well`)
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1_000
}
