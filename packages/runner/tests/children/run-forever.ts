import { createBwrapExecutor, createWasmExecutor, type Executor } from '@gristmill/runner'
import { assemble, wat } from '../_wat.ts'

/** Programs that do not end, by runtime. */
const ENDLESS: Record<string, () => Promise<{ executor: Executor | undefined; algorithm: Uint8Array }>> = {
  wasm: async () => ({
    executor: createWasmExecutor({ fuel: 10n ** 17n, timeoutMs: 60_000 }),
    algorithm: assemble(wat({ run: '(loop $for (br $for)) (unreachable)' })),
  }),
  python: async () => ({
    executor: await createBwrapExecutor({ fuel: 10n ** 17n, timeoutMs: 60_000 }),
    algorithm: new TextEncoder().encode('def run(input, output):\n    while True: pass\n'),
  }),
}

// A runner in the middle of a run that does not end; its test kills it.
const { executor, algorithm } = await ENDLESS[process.argv[2] ?? 'wasm']!()
if (executor === undefined) throw new Error('this machine has no such executor')
await executor.inspect(algorithm)
const running = executor.execute({ algorithm, input: new Uint8Array(56), outputBytes: 8 })
process.stdout.write('running\n')
await running
