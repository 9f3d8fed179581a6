import { createServer } from 'node:net'
import { AlgorithmRefusedError, createBwrapExecutor, type ExecutionLimits, type Executor } from '@gristmill/runner'
import { describe, expect, it } from 'vitest'
import { bwrapCommand } from '../src/executors/bwrap/bwrap-command.js'
import { seccompProgram } from '../src/executors/bwrap/seccomp.js'
import { SYSCALLS } from '../src/executors/bwrap/syscalls.js'
import type { WaitingSandbox } from '../src/executors/python/python-executor.js'
import { runSandbox, type StartedSandbox, startSandbox } from '../src/executors/python/run-sandbox.js'
import { createSpares } from '../src/executors/python/spares.js'
import { inputOf, textBytes, valuesOf } from './_input.js'

const MIB = 1024 * 1024
const FILTER = seccompProgram(SYSCALLS[process.arch]!)
const limits: Partial<ExecutionLimits> = { fuel: 10_000_000n, memoryBytes: 256 * MIB, timeoutMs: 20_000 }
const found = await createBwrapExecutor(limits)
if (found === undefined) console.log('without bubblewrap, python3-numpy and namespaces: tests of Python are skipped')

const execute = (code: string, { on = found as Executor, input = inputOf(), outputBytes = 16 } = {}) =>
  on.execute({ algorithm: textBytes(code), input, outputBytes })

/** A program whose first output is 1 if the expression holds, 0 if not, 2 if it raises. */
const asking = (expression: string, before = '') => `
import os, sys, socket, ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
${before}
def run(input, output):
    try:
        output[0] = 1 if (${expression}) else 0
    except BaseException:
        output[0] = 2
`
const ask = async (expression: string, before?: string): Promise<number | undefined> =>
  valuesOf((await execute(asking(expression, before))).output)[0]

const connecting = (family: string, kind: string, address: string) => `
def connects():
    end = socket.socket(socket.${family}, socket.${kind})
    end.settimeout(2)
    end.connect(${address})
    end.send(b'data')
    return True
`
const errnoOf = (call: string) =>
  `(${call}) == -1 and ctypes.get_errno() in (errno.EPERM, errno.ENOSYS, errno.EAFNOSUPPORT)`

describe.skipIf(found === undefined)('what a program prints', () => {
  const code = 'def run(input, output):\n    print("row", input.features[0, 0])\n    raise ValueError("mine")\n'

  it('is heard by who tries it, with the reason why it failed, and by nobody else', async () => {
    let said = ''
    const aloud = await createBwrapExecutor(limits, {
      print: (text) => {
        said += text
      },
    })
    const heard = await execute(code, { on: aloud as Executor })
    expect(said).toContain('row 0.5')
    expect(said).toContain('ValueError: mine')
    expect(heard).toMatchObject({ status: 'ALGO_ERROR', reason: 'exception' })
    expect(await execute(code)).toMatchObject({ status: 'ALGO_ERROR', reason: 'exception' })
    expect(aloud?.capabilities()).toEqual(found?.capabilities())
  })
})

describe.skipIf(found === undefined)('a Python algorithm that keeps the interface', () => {
  it('gets every field of its input and returns what it wrote', async () => {
    const { status, output, fuelUsed } = await execute(
      `def run(input, output):
    output[:5] = [input.rows, input.dimensions, input.classes, len(input.seed), input.seed[31]]
    output[5:7] = input.parameters
    output[7:10] = input.labels
    output[10:] = input.features.reshape(-1)
`,
      { outputBytes: 8 * 16 },
    )
    expect(status).toBe('OK')
    expect(valuesOf(output)).toEqual([3, 2, 2, 32, 7, 5, -7, 0, 1, 2, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5])
    expect(fuelUsed).toBeGreaterThan(0n)
  })

  it('learns with scikit-learn and pandas, to the same bits in every run', async () => {
    const code = `
import numpy
import pandas
from sklearn.linear_model import LogisticRegression
def run(input, output):
    state = numpy.random.RandomState(numpy.frombuffer(input.seed, '<u4'))
    table = pandas.DataFrame(state.normal(size=(500, 4)))
    target = (table[0] - 2 * table[1] + state.normal(size=500) > 0)
    model = LogisticRegression().fit(table.to_numpy(), target)
    output[:4] = model.coef_[0]
    output[4] = (numpy.exp(table.to_numpy()) @ numpy.ones(4)).sum()
`
    const runs = [await execute(code, { outputBytes: 40 }), await execute(code, { outputBytes: 40 })]
    expect(runs.map(({ status }) => status)).toEqual(['OK', 'OK'])
    expect(runs[1]!.output).toEqual(runs[0]!.output)
    expect(valuesOf(runs[0]!.output)[1]).toBeLessThan(-1)
  })

  it('is compiled before it is paid for, and not run', async () => {
    const inspect = (code: string) => found!.inspect(textBytes(code))
    await expect(inspect('import os\nwhile True: pass')).resolves.toBeUndefined()
    await expect(inspect('def run(:')).rejects.toThrow(AlgorithmRefusedError)
    expect((await execute('def run(:')).status).toBe('CONTRACT')
  })
})

describe.skipIf(found === undefined)('a sandbox that waits for its algorithm', () => {
  const leaving = `
import builtins, numpy
def run(input, output):
    output[0] = getattr(builtins, 'left', 0)
    output[1] = numpy.pi
    builtins.left, numpy.pi = 7, 3
`

  it('is asked once: nothing of an algorithm is there for the next one', async () => {
    const waiting = (await createBwrapExecutor(limits, { spares: 1 }))!
    for (let run = 0; run < 3; run++) {
      const { status, output } = await execute(leaving, { on: waiting })
      expect([status, ...valuesOf(output)]).toEqual(['OK', 0, Math.PI])
    }
    expect(waiting.capabilities()).toEqual(found!.capabilities())
  })

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
    const { end } = await spares.take().ask({ task: 'versions' }, { answerBytesMax: 1024, timeoutMs: 20_000 })
    expect(end).toMatchObject({ kind: 'answer', answer: { status: 'OK' } })
    expect(sandboxes).toHaveLength(2)
  })
})

describe.skipIf(found === undefined)('a Python algorithm that does not', () => {
  it.each<[string, string, string]>([
    ['ALGO_ERROR', 'raises', 'raise ValueError(input.rows)'],
    ['ALGO_ERROR', 'exits', 'import sys; sys.exit(3)'],
    ['ALGO_ERROR', 'exits at once', 'import os; os._exit(3)'],
    ['ALGO_ERROR', 'exits at once, as if nothing were', 'import os; os._exit(0)'],
    ['ALGO_ERROR', 'reads address 0', 'import ctypes; ctypes.string_at(0)'],
    ['ALGO_ERROR', 'kills its process', 'import os; os.kill(os.getpid(), 9)'],
    ['ALGO_ERROR', 'kills all processes', 'import os; os.kill(-1, 9); os.kill(1, 9); os._exit(1)'],
    ['ALGO_ERROR', 'recurses without end', 'f = lambda f: f(f); f(f)'],
    ['OOM', 'allocates without end', 'kept = []\n    while True: kept.append(bytearray(10_000_000))'],
    ['ALGO_ERROR', 'keeps a file in memory', 'import os\n    os.write(os.memfd_create("x"), b"x")'],
    ['CONTRACT', 'returns', 'return 16'],
  ])('ends in %s when it %s', async (status, _what, body) => {
    const execution = await execute(`def run(input, output):\n    ${body}\n`)
    expect(execution.status).toBe(status)
    expect(execution.output).toBeUndefined()
  })

  it('ends in FUEL when it computes for ever, with one process or many', async () => {
    const hasty = (await createBwrapExecutor({ ...limits, fuel: 1_000_000n, timeoutMs: 30_000 }))!
    const forEver = 'while True: pass'
    expect((await execute(`def run(input, output):\n    ${forEver}\n`, { on: hasty })).status).toBe('FUEL')
    const stubborn = 'import signal; signal.signal(signal.SIGXCPU, signal.SIG_IGN)'
    const { status } = await execute(`${stubborn}\ndef run(input, output):\n    ${forEver}\n`, { on: hasty })
    expect(['FUEL', 'ALGO_ERROR']).toContain(status)
  }, 60_000)

  it('ends in TIMEOUT when it sleeps, or leaves a process that does', async () => {
    const hasty = (await createBwrapExecutor({ ...limits, timeoutMs: 1500 }))!
    const started = performance.now()
    expect((await execute('import time\ntime.sleep(1000)', { on: hasty })).status).toBe('TIMEOUT')
    const leaving =
      'import os, time\ndef run(input, output):\n    if os.fork() == 0:\n        os.setsid()\n        time.sleep(1000)\n'
    expect(['OK', 'TIMEOUT']).toContain((await execute(leaving, { on: hasty })).status)
    expect(performance.now() - started).toBeLessThan(20_000)
  }, 30_000)

  it('ends by its own limit when it forks without end', async () => {
    const hasty = (await createBwrapExecutor({ ...limits, timeoutMs: 3000 }))!
    const { status } = await execute('import os\nwhile True:\n    try: os.fork()\n    except OSError: pass', {
      on: hasty,
    })
    expect(['TIMEOUT', 'FUEL', 'OOM', 'ALGO_ERROR']).toContain(status)
    // The machine goes on.
    expect((await execute('def run(input, output): output[0] = 1')).status).toBe('OK')
  }, 40_000)

  it('says nothing by printing, however much, nor by writing where the answer goes', async () => {
    const flooding =
      'import os, sys\ndef run(input, output):\n    print("x" * 10_000_000)\n    os.write(2, b"y" * 1_000_000)\n'
    expect(await execute(flooding)).toMatchObject({ status: 'OK' })
    const forging =
      'import os\ndef run(input, output):\n    for end in range(3, 64):\n        try: os.write(end, bytes(1000))\n        except OSError: pass\n'
    expect(await execute(forging)).not.toHaveProperty('output')
  })
})

describe.skipIf(found === undefined)('what a Python algorithm finds', () => {
  it.each<[string, string]>([
    ['the names of users', "os.path.exists('/etc/passwd') or os.path.exists('/etc/shadow')"],
    ['processes', "os.path.exists('/proc') or os.path.exists('/sys') or os.path.exists('/dev')"],
    [
      'homes, temporary files or data',
      "any(os.path.exists(p) for p in ['/home', '/root', '/tmp', '/var', '/srv', '/run', '/opt'])",
    ],
    ['programs', "os.path.exists('/bin/sh') or os.path.exists('/usr/bin/sh')"],
    ['an environment', "any(name in os.environ for name in ['PATH', 'USER', 'SSH_AUTH_SOCK']) or len(os.environ) > 16"],
    ['a right', 'os.getuid() == 0 or os.geteuid() != 65534'],
    ['a way back to them', `libc.setuid(0) == 0`],
    ['other processes to signal', 'os.getppid() > 2'],
    ['a host name', `socket.gethostname() != 'sandbox'`],
  ])('is no trace of %s', async (_what, expression) => {
    expect([0, 2]).toContain(await ask(expression))
  })

  it('is what tests can see: an expression that holds', async () => {
    expect(await ask("os.path.exists('/usr/lib/python3') and os.getuid() == 65534")).toBe(1)
  })

  it.each<[string, string]>([
    ['creates a file', "os.open('/x', os.O_CREAT | os.O_WRONLY)"],
    ['creates a file among the libraries', "os.open('/usr/lib/x', os.O_CREAT | os.O_WRONLY)"],
    ['makes a directory', "os.mkdir('/x') is None"],
    ['makes a link', "os.symlink('/', '/x') is None"],
    ['makes a device', "os.mknod('/x', 0o20666, os.makedev(1, 5)) is None"],
    ['writes into what its interpreter reads', "open('/usr/lib/python3/dist-packages/numpy/__init__.py', 'a') is None"],
  ])('is nothing that it %s in', async (_what, expression) => {
    expect(await ask(expression)).toBe(2)
  })

  it.each<[string, string]>([
    ['unshare', errnoOf('libc.unshare(0x10000000)')],
    ['mount', errnoOf("libc.mount(b'none', b'/usr', b'tmpfs', 0, None)")],
    ['ptrace', errnoOf('libc.ptrace(16, 1, 0, 0)')],
    ['setns', errnoOf('libc.setns(0, 0)')],
    ['bpf', errnoOf('libc.syscall(__NR_bpf, 0, 0, 0)')],
    ['keyctl', errnoOf('libc.syscall(__NR_keyctl, 0, -3, 0)')],
    ['io_uring_setup', errnoOf('libc.syscall(425, 1, 0)')],
    ['clone3', errnoOf('libc.syscall(435, 0, 0)')],
    ['clone with a namespace', errnoOf('libc.syscall(__NR_clone, 0x10000000 | 17, 0, 0, 0, 0)')],
    ['a socket of the Internet', errnoOf('libc.socket(2, 1, 0)')],
    ['a raw socket', errnoOf('libc.socket(17, 3, 0)')],
    ['a netlink socket', errnoOf('libc.socket(16, 3, 0)')],
  ])('is no %s', async (_call, expression) => {
    const numbers = process.arch === 'x64' ? [321, 250, 56] : [280, 219, 220]
    const [bpf, keyctl, clone] = numbers.map(String)
    const here = expression.replace('__NR_bpf', bpf!).replace('__NR_keyctl', keyctl!).replace('__NR_clone', clone!)
    expect(await ask(here)).toBe(1)
  })

  it.each<[string, string]>([
    ['TCP', connecting('AF_INET', 'SOCK_STREAM', "('127.0.0.1', PORT)")],
    ['UDP', connecting('AF_INET', 'SOCK_DGRAM', "('127.0.0.1', PORT)")],
    ['names', "def connects(): return bool(socket.getaddrinfo('localhost.example', 80))"],
    ['abstract sockets', connecting('AF_UNIX', 'SOCK_STREAM', "'\\0gristmill-test-PORT'")],
  ])('is no way out by %s', async (_what, before) => {
    let heard = 0
    const listeners = [createServer(), createServer()]
    for (const listener of listeners) {
      listener.on('connection', (end) => {
        heard++
        end.destroy()
      })
    }
    await new Promise<void>((resolve) => listeners[0]!.listen(0, '127.0.0.1', resolve))
    const { port } = listeners[0]!.address() as { port: number }
    await new Promise<void>((resolve) => listeners[1]!.listen(`\0gristmill-test-${port}`, resolve))
    try {
      expect(await ask('connects()', before.replaceAll('PORT', String(port)))).toBe(2)
      expect(heard).toBe(0)
    } finally {
      for (const listener of listeners) listener.close()
    }
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
    const code = asking('libc.unshare(0x10000000) == 0')
    const valuesOfEnd = (end: Awaited<ReturnType<typeof run>>) =>
      end.kind === 'answer' ? valuesOf(end.answer.output)[0] : undefined
    expect(valuesOfEnd(await run(code, allowAll))).toBe(1)
    expect(valuesOfEnd(await run(code))).toBe(0)
  })
})
