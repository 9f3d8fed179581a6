import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import {
  createBwrapExecutor,
  createDockerExecutor,
  createJsExecutor,
  createWasmExecutor,
  type Executor,
} from '@gristmill/runner'
// The peers of Python run the very harness, so only the sandbox around it is measured.
import { HARNESS } from '../../../packages/runner/dist/executors/python/harness.js'
import { PINS } from '../../../packages/runner/dist/executors/python/pins.js'
import { runSandbox, type SandboxCommand } from '../../../packages/runner/dist/executors/python/run-sandbox.js'
import { constantModel } from '../../tests/_wat.ts'
import { median, type Row, type Skipped } from '../row.ts'

/** Values that the algorithms write. */
const VALUES = [1, 0, -0.5]
const OUTPUT_BYTES = 8 * VALUES.length
const TIMEOUT_MS = 60_000
/** Before each run: what is started for the next one has to be over, or it would slow down whatever comes. */
const PAUSE_MS = 500
/** Over the bare process, milliseconds. */
const WASM_OVER_MAX = 50
const BWRAP_OVER_MAX = 15

/** The same model whatever the data, in every language; what is left is the way there and back. */
export const NO_OPS = {
  wasm: constantModel(),
  js: Buffer.from(`function run(input, output) { output.set(${JSON.stringify(VALUES)}) }`),
  python: Buffer.from(`def run(input, output):\n    output[:] = ${JSON.stringify(VALUES)}\n`),
} as const

export interface NoOpsParams {
  /** Of each, interleaved with its peer; one more is not counted. */
  runs: number
  /** Of the rows for containers, by digest. */
  image?: string | undefined
  /** Socket of their engine, as `unix:///run/docker.sock`; default: its usual one. */
  host?: string | undefined
}

interface Subject {
  name: string
  ours: () => Promise<void>
  peer: () => Promise<void>
  peerName: string
  overMax?: number
}

/** What a run costs whose algorithm does nothing, beside a bare process that does the same. */
export async function measureNoOps({ runs, image, host }: NoOpsParams): Promise<(Row | Skipped)[]> {
  const subjects: Subject[] = [
    {
      name: 'no-op wasm',
      ours: await runsOf(createWasmExecutor(), NO_OPS.wasm),
      peer: bareNode,
      peerName: 'node -e 0',
      overMax: WASM_OVER_MAX,
    },
    { name: 'no-op js', ours: await runsOf(createJsExecutor(), NO_OPS.js), peer: bareNode, peerName: 'node -e 0' },
  ]
  const skipped: Skipped[] = []
  const [bwrap, alone] = [await createBwrapExecutor({}, { spares: 1 }), await createBwrapExecutor()]
  if (bwrap === undefined || alone === undefined) {
    skipped.push({ name: 'no-op bwrap', skipped: 'bubblewrap, python3-numpy or namespaces are missing' })
  } else {
    const peer = () => runHarness({ command: ['/usr/bin/python3', '-s', '-B', '-c', HARNESS], env: PINS })
    const bare = { peer, peerName: 'python3 with the same harness' }
    subjects.push(
      // As a datatrust has it: a sandbox waits.
      { name: 'no-op bwrap', ours: await runsOf(bwrap, NO_OPS.python), ...bare, overMax: BWRAP_OVER_MAX },
      { name: 'no-op bwrap, none waiting', ours: await runsOf(alone, NO_OPS.python), ...bare },
    )
  }
  const containers = image === undefined ? undefined : { image, ...(host !== undefined && { host }) }
  const docker = containers && (await createDockerExecutor(containers, {}, { spares: 1 }))
  const lone = containers && (await createDockerExecutor(containers))
  if (docker === undefined || lone === undefined) {
    const why = image === undefined ? 'no --image was given' : `no engine answers that has ${image}`
    skipped.push({ name: 'no-op docker', skipped: why })
  } else {
    const { PATH = '' } = process.env
    const client = ['docker', ...(host === undefined ? [] : ['--host', host])] as [string, ...string[]]
    const run = [...client, 'run', '--rm', '--interactive', '--network', 'none', '--entrypoint', 'python3'] as const
    const peer = () => runHarness({ command: [...run, image!, '-s', '-B', '-c', HARNESS], env: { PATH } })
    const bare = { peer, peerName: 'docker run of the same harness' }
    subjects.push(
      { name: 'no-op docker', ours: await runsOf(docker, NO_OPS.python), ...bare },
      { name: 'no-op docker, none waiting', ours: await runsOf(lone, NO_OPS.python), ...bare },
    )
  }
  const times = await interleave(subjects, runs)
  return [...times, ...skipped]
}

async function interleave(subjects: readonly Subject[], runs: number): Promise<Row[]> {
  const times = subjects.map((subject) => ({ subject, ours: [] as number[], peer: [] as number[] }))
  for (let run = 0; run <= runs; run++) {
    for (const { subject, ours, peer } of times) {
      for (const [work, into] of [
        [subject.ours, ours],
        [subject.peer, peer],
      ] as const) {
        await pause(PAUSE_MS)
        const ms = await timed(work)
        if (run > 0) into.push(ms)
      }
    }
    console.error(`no-ops: ${run} of ${runs} runs`)
  }
  const unit = { unit: 'ms', better: 'lower' } as const
  return times.flatMap(({ subject: { name, peerName, overMax }, ours, peer }) => [
    { name, ours: median(ours), peer: median(peer), peerName, ...unit, ...(overMax === undefined ? {} : { overMax }) },
    { name: `${name}, least`, ours: Math.min(...ours), peer: Math.min(...peer), peerName, ...unit },
  ])
}

/** One execution of an algorithm that was looked at before, as it is once it was quoted. */
async function runsOf(executor: Executor, algorithm: Uint8Array): Promise<() => Promise<void>> {
  await executor.inspect(algorithm)
  return async () => {
    const { status, reason } = await executor.execute({ algorithm, input: emptyInput(), outputBytes: OUTPUT_BYTES })
    if (status !== 'OK') throw new Error(`the no-op ended in ${status}: ${reason}`)
  }
}

/** A table without rows. */
/** No rows, of two classes. */
export function emptyInput(): Uint8Array {
  const input = new Uint8Array(56)
  new DataView(input.buffer).setInt32(8, 2, true)
  return input
}

async function bareNode(): Promise<void> {
  const [code] = await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore', env: {} }), 'close')
  if (code !== 0) throw new Error(`node ended with ${code}`)
}

async function runHarness(command: SandboxCommand): Promise<void> {
  const request = { task: 'run', algorithm: NO_OPS.python, input: emptyInput(), outputBytes: OUTPUT_BYTES } as const
  const end = await runSandbox(command, request, { answerBytesMax: 1 + OUTPUT_BYTES, timeoutMs: TIMEOUT_MS })
  if (end.kind !== 'answer' || end.answer.status !== 'OK') throw new Error(`the bare harness ended: ${end.kind}`)
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}
