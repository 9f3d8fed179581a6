import { createBwrapExecutor, type Executor } from '@gristmill/runner'
import { describe, expect, it } from 'vitest'
import { bwrapCommand } from '../src/executors/bwrap/bwrap-command.js'
import { seccompProgram } from '../src/executors/bwrap/seccomp.js'
import { SYSCALLS } from '../src/executors/bwrap/syscalls.js'
import type { WaitingSandbox } from '../src/executors/python/python-executor.js'
import { runSandbox, type StartedSandbox, startSandbox } from '../src/executors/python/run-sandbox.js'
import { createSpares } from '../src/executors/python/spares.js'
import { inputOf, textBytes, valuesOf } from './_input.js'
import { asking, behavesLikePython, execute, LEARNING, LIMITS } from './_python-suite.js'

const MIB = 1024 * 1024
const FILTER = seccompProgram(SYSCALLS[process.arch]!)
const found = await createBwrapExecutor(LIMITS)
if (found === undefined) console.log('without bubblewrap, python3-numpy and namespaces: tests of Python are skipped')

behavesLikePython({
  found,
  create: createBwrapExecutor,
  isFirstProcess: false,
  has: "path in ('usr', 'lib', 'lib64', 'etc')",
})

describe.skipIf(found === undefined)('a Python algorithm in bubblewrap', () => {
  it('learns with scikit-learn and pandas, to the same bits in every run', async () => {
    const runs = []
    for (let run = 0; run < 2; run++) runs.push(await execute(found as Executor, LEARNING, { outputBytes: 40 }))
    expect(runs.map(({ status }) => status)).toEqual(['OK', 'OK'])
    expect(runs[1]!.output).toEqual(runs[0]!.output)
    expect(valuesOf(runs[0]!.output)[1]).toBeLessThan(-1)
  })
})

describe.skipIf(found === undefined)('a sandbox that waits in vain', () => {
  it('is replaced where it has died, and makes no algorithm fail', async () => {
    const sandboxes: StartedSandbox[] = []
    const spares = createSpares(1, () => {
      const started = startSandbox(bwrapCommand({ memoryBytes: 256 * MIB, cpuSeconds: 10, processes: 32 }, FILTER))
      sandboxes.push(started)
      const ask: WaitingSandbox['ask'] = async (...asked) => ({
        end: await started.ask(...asked),
        isOutOfMemory: false,
        usedMicros: 0n,
      })
      return { ...started, ask }
    })
    spares.renew()
    spares.renew()
    expect(sandboxes).toHaveLength(1)
    await sandboxes[0]!.drop()
    const { end } = await spares.take().ask({ task: 'describe' }, { answerBytesMax: 1024, timeoutMs: 20_000 })
    expect(end).toMatchObject({ kind: 'answer', answer: { status: 'OK' } })
    expect(sandboxes).toHaveLength(2)
  })
})

describe.skipIf(found === undefined)('a sandbox', () => {
  const run = (code: string, filter: Uint8Array = FILTER) =>
    runSandbox(
      bwrapCommand({ memoryBytes: 256 * MIB, cpuSeconds: 10, processes: 32 }, filter),
      { task: 'run', algorithm: textBytes(code), input: inputOf(), outputBytes: 16 },
      { answerBytesMax: 17, timeoutMs: 20_000 },
    )

  it('bounds memory where there are no control groups, by address space', async () => {
    const end = await run('kept = []\nwhile True: kept.append(bytearray(10_000_000))')
    expect(end).toMatchObject({ kind: 'answer', answer: { status: 'OOM' } })
  })

  it('lets through what the filter would have stopped, without it', async () => {
    const allowAll = Buffer.from('060000000000ff7f', 'hex')
    const code = asking(['libc.unshare(0x10000000) == 0'])
    const valuesOfEnd = (end: Awaited<ReturnType<typeof run>>) =>
      end.kind === 'answer' ? valuesOf(end.answer.output)[0] : undefined
    expect(valuesOfEnd(await run(code, allowAll))).toBe(1)
    expect(valuesOfEnd(await run(code))).toBe(0)
  })
})
