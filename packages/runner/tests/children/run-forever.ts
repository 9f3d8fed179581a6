import { createWasmExecutor } from '@gristmill/runner'
import { assemble, wat } from '../_wat.ts'

// A runner in the middle of a run that does not end; its test kills it.
const executor = createWasmExecutor({ fuel: 10n ** 17n, timeoutMs: 60_000 })
const algorithm = assemble(wat({ run: '(loop $for (br $for)) (unreachable)' }))
await executor.inspect(algorithm)
const running = executor.execute({ algorithm, input: new Uint8Array(8), outputBytes: 8 })
process.stdout.write('running\n')
await running
