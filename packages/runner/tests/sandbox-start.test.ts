import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createBwrapExecutor } from '@gristmill/runner'
import { afterAll, describe, expect, it } from 'vitest'
import { bwrapCommand } from '../src/executors/bwrap/bwrap-command.js'
import { seccompProgram } from '../src/executors/bwrap/seccomp.js'
import { SYSCALLS } from '../src/executors/bwrap/syscalls.js'
import { runChild } from '../src/executors/child-process.js'
import { createPythonExecutor, type WaitingSandbox } from '../src/executors/python/python-executor.js'
import { type SandboxCommand, startSandbox } from '../src/executors/python/run-sandbox.js'
import { textBytes } from './_input.js'
import { execute, LIMITS } from './_python-suite.js'

const found = await createBwrapExecutor(LIMITS)
const FILTER = seccompProgram(SYSCALLS[process.arch]!)
const BOUNDS = { memoryBytes: 256 * 1024 * 1024, cpuSeconds: 10, processes: 32 }
const DIES = 'import os\ndef run(input, output): os._exit(1)'

/** An executor over the command that `next` makes for each sandbox. */
const over = (next: () => SandboxCommand) =>
  createPythonExecutor({
    name: 'trial',
    identity: {},
    isolation: found!.capabilities().isolation,
    limits: LIMITS,
    sandbox: () => {
      const { ask, ...started } = startSandbox(next())
      const counted: WaitingSandbox['ask'] = async (...asked) => ({
        end: await ask(...asked),
        isOutOfMemory: false,
        usedMicros: 0n,
      })
      return { ...started, ask: counted }
    },
  })
const well = () => bwrapCommand(BOUNDS, FILTER)

describe.skipIf(found === undefined)('a sandbox of Python that does not start', () => {
  const broken: [string, SandboxCommand][] = [
    ['ends at once', { command: ['false'], env: {} }],
    ['has used its fuel', { command: ['sleep', '60'], env: {}, isSpent: () => true }],
    ['ends well, and says nothing', { command: ['true'], env: {} }],
    ['says something else', { command: ['echo', 'x'], env: {} }],
    ['is not there', { command: ['/nowhere/bwrap'], env: {} }],
  ]
  it.each(broken)('as it %s is not the fault of the algorithm', async (_how, command) => {
    let next = well()
    const executor = (await over(() => next))!
    expect((await execute(executor, DIES)).status).toBe('ALGO_ERROR')
    next = command
    const lost = { code: 'SANDBOX_START', retryable: true, engine: 'trial' }
    await expect(execute(executor, DIES)).rejects.toMatchObject(lost)
    await expect(executor.inspect(textBytes(`${DIES}\n`))).rejects.toMatchObject(lost)
    next = well()
    await expect(executor.inspect(textBytes(`${DIES}\n`))).resolves.toBeUndefined()
  })
})

describe.skipIf(found === undefined)('a sandbox of Python that says nonsense of itself', () => {
  const saying = (said: string) =>
    over(() => ({ command: ['printf', `R\\000${said}`], env: { PATH: '/usr/bin:/bin' } }))

  it.each(['', '{', '{"versions":["3"]}', '[]'])('as %j is none', async (said) => {
    expect(await saying(said)).toBeUndefined()
  })

  it('is one where it makes sense', async () => {
    expect(await saying('{"versions":["3"],"holes":[]}')).toBeDefined()
  })
})

describe.skipIf(process.platform !== 'linux')('a sandbox that is ended while it starts', () => {
  const started = (script: string) => startSandbox({ command: ['sh', '-c', script], env: { PATH: '/usr/bin:/bin' } })

  it('takes along what it has started, which would hold its pipes open', async () => {
    const sandbox = started('sleep 1000 & wait')
    await new Promise((resolve) => setTimeout(resolve, 200))
    await sandbox.drop()
    expect(sandbox.isWaiting()).toBe(false)
  }, 4_000)

  it('is not waited for where something has left it', async () => {
    const end = await started('setsid sleep 12 &').ask({ task: 'describe' }, { answerBytesMax: 9, timeoutMs: 1_000 })
    expect(end.kind).toBe('unstarted')
  }, 10_000)
})

describe('a process for an algorithm that does not start', () => {
  const task = { program: 'wasm/child.js', flags: [], readable: [], task: {}, parts: [], answerBytesMax: 0 }
  it.each([
    ['ends at once', ['false'], 'exit code 1'],
    ['says something else', ['echo'], 'did not start'],
    ['is not there', ['/nowhere/launcher'], 'ENOENT'],
  ])('as it %s is not the fault of the algorithm', async (_how, launcher, reason) => {
    await expect(runChild({ ...task, timeoutMs: 5_000, launcher })).rejects.toMatchObject({
      code: 'SANDBOX_START',
      engine: 'wasm',
      message: expect.stringContaining(reason),
    })
  })
})

describe.skipIf(found === undefined)('a sandbox of Python that does not keep in what it should', () => {
  /** The command with something before what comes after `at`, or instead of `out`. */
  const changed = (at: string, more: readonly string[], out: readonly string[] = []): SandboxCommand => {
    const { command, ...rest } = well()
    const [file = '', ...args] = command.filter((part) => !out.includes(part))
    const index = args.indexOf(at)
    expect(index).toBeGreaterThan(0)
    return { ...rest, command: [file, ...args.slice(0, index), ...more, ...args.slice(index)] }
  }
  const nameServers = join(mkdtempSync(join(tmpdir(), 'gristmill-holes-')), 'resolv.conf')
  // Nobody reads it.
  chmodSync(dirname(nameServers), 0o755)
  writeFileSync(nameServers, 'search example.org\nnameserver 10.0.0.1\n')
  afterAll(() => rmSync(dirname(nameServers), { recursive: true }))
  const allowAll = Buffer.from('060000000000ff7f', 'hex')
  const holes: [string, () => SandboxCommand][] = [
    ["the system's devices", () => changed('--remount-ro', ['--ro-bind', '/sys', '/sys'])],
    ['processes of others', () => changed('--remount-ro', ['--ro-bind', '/proc', '/proc'])],
    ['name servers', () => changed('--remount-ro', ['--ro-bind', nameServers, '/etc/resolv.conf'])],
    ['a folder to write to', () => changed('--remount-ro', ['--tmpfs', '/tmp'], ['--fsize=0'])],
    ['sockets', () => bwrapCommand(BOUNDS, allowAll)],
    ['rights', () => changed('--remount-ro', ['--cap-add', 'CAP_SYS_ADMIN'])],
    ['rights', () => changed('--remount-ro', ['--uid', '1000'])],
    ['files of any size', () => changed('--remount-ro', [], ['--fsize=0'])],
  ]
  it.each(holes)('is refused for %s', async (hole, command) => {
    await expect(over(command)).rejects.toMatchObject({
      code: 'ENGINE_NOT_ISOLATED',
      message: expect.stringContaining(hole),
    })
  })

  it('is none, otherwise', async () => {
    expect(await over(well)).toBeDefined()
  })
})
