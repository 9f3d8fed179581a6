import { createBwrapExecutor, createDockerExecutor, createWasmExecutor, type Executor } from '@gristmill/runner'
import { runChild } from '../../dist/executors/child-process.js'
import { assemble, wat } from '../_wat.ts'

const PYTHON = new TextEncoder().encode('def run(input, output):\n    while True: pass\n')

/** Programs that do not end, by runtime. */
const ENDLESS: Record<string, () => Promise<{ executor: Executor | undefined; algorithm: Uint8Array }>> = {
  wasm: async () => ({
    executor: createWasmExecutor({ fuel: 10n ** 17n, timeoutMs: 60_000 }),
    algorithm: assemble(wat({ run: '(loop $for (br $for)) (unreachable)' })),
  }),
  python: async () => ({
    executor: await createBwrapExecutor({ fuel: 10n ** 17n, timeoutMs: 60_000 }),
    algorithm: PYTHON,
  }),
  docker: async () => ({
    executor: await createDockerExecutor(JSON.parse(process.env.DOCKER_TEST ?? '{}'), { fuel: 10n ** 9n }),
    algorithm: PYTHON,
  }),
}

/** Starts what does not end, as a runner in the middle of a run. */
async function start(kind: string): Promise<() => Promise<unknown>> {
  if (kind === 'watched') {
    // As where the kernel does not end a child with its parent: a thread of the child has to.
    const program = '../../tests/children/busy.ts'
    const task = { flags: [], readable: [], task: {}, parts: [], answerBytesMax: 0, timeoutMs: 60_000, launcher: [] }
    return () => runChild({ ...task, program })
  }
  const { executor, algorithm } = await ENDLESS[kind]!()
  if (executor === undefined) throw new Error('this machine has no such executor')
  await executor.inspect(algorithm)
  return () => executor.execute({ algorithm, input: new Uint8Array(56), outputBytes: 8 })
}

// Its test kills it.
const begin = await start(process.argv[2] ?? 'wasm')
const running = begin()
process.stdout.write('running\n')
await running
