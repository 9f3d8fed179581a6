import { createServer } from 'node:net'
import { AlgorithmRefusedError, type ExecutionLimits, type Executor } from '@gristmill/runner'
import { beforeAll, describe, expect, it } from 'vitest'
import { inputOf, textBytes, valuesOf } from './_input.js'

const MIB = 1024 * 1024
/** Of the sandboxes that are tried. */
export const LIMITS: Partial<ExecutionLimits> = { fuel: 10_000_000n, memoryBytes: 256 * MIB, timeoutMs: 20_000 }

/** Options that the executors of all kinds of sandbox have. */
export interface SandboxOptions {
  print?: (text: string) => void
  spares?: number
}

/** A kind of sandbox for Python. */
export interface PythonSandbox {
  /** With the limits of the suite; undefined where there is none here, and the suite is skipped. */
  found: Executor | undefined
  create(limits: Partial<ExecutionLimits>, options?: SandboxOptions): Promise<Executor | undefined>
  /** Whether an algorithm is the first process of its namespace, which no signal from within ends. */
  isFirstProcess: boolean
  /** What it has in its root, as Python's condition on `path`. */
  has: string
  /** Whether it takes long to start: then only what depends on the sandbox is tried, the harness's own with all tests. */
  isSlow?: boolean
}

/** Executes a program. */
export const execute = (on: Executor, code: string, { input = inputOf(), outputBytes = 16 } = {}) =>
  on.execute({ algorithm: textBytes(code), input, outputBytes })

/** A program that writes for each expression 1 if it holds, 0 if not, 2 if it raises. */
export const asking = (expressions: readonly string[], before = '') => `
import os, sys, socket, ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
${before}
def run(input, output):
    for at, expression in enumerate(${JSON.stringify(expressions)}):
        try:
            output[at] = 1 if eval(expression, globals()) else 0
        except BaseException:
            output[at] = 2
`

/** What a sandbox answers to expressions. */
export async function ask(on: Executor, expressions: readonly string[], before?: string): Promise<number[]> {
  const { output } = await execute(on, asking(expressions, before), { outputBytes: 8 * expressions.length })
  return valuesOf(output)
}

/** Defines `connects()`. */
export const connecting = (family: string, kind: string, address: string) => `
def connects():
    end = socket.socket(socket.${family}, socket.${kind})
    end.settimeout(2)
    end.connect(${address})
    end.send(b'data')
    return True
`

/** Somebody who listens on a port and on an abstract name, and counts who comes. */
export async function listen(): Promise<{ port: number; heard(): number } & Disposable> {
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
  return {
    port,
    heard: () => heard,
    [Symbol.dispose]() {
      for (const listener of listeners) listener.close()
    },
  }
}

const errnoOf = (call: string) =>
  `(${call}) == -1 and ctypes.get_errno() in (errno.EPERM, errno.ENOSYS, errno.EAFNOSUPPORT)`

/** Traces of the host, by the expression that finds them. */
const TRACES: readonly (readonly [string, string])[] = [
  ['the names of users', "os.path.exists('/etc/passwd') or os.path.exists('/etc/shadow')"],
  [
    'homes, temporary files or data',
    "any(os.path.exists(p) for p in ['/home', '/root', '/tmp', '/var', '/srv', '/run', '/opt', '/dev/shm'])",
  ],
  ['programs', "os.path.exists('/bin/sh') or os.path.exists('/usr/bin/sh')"],
  ['an environment', "any(name in os.environ for name in ['PATH', 'USER', 'SSH_AUTH_SOCK']) or len(os.environ) > 16"],
  ['a right', 'os.getuid() == 0 or os.geteuid() != 65534'],
  ['a way back to them', 'libc.setuid(0) == 0'],
  ['other processes to signal', 'os.getppid() > 2'],
  ['a host name', "socket.gethostname() != 'sandbox'"],
]
const WRITES: readonly (readonly [string, string])[] = [
  ['creates a file', "os.open('/x', os.O_CREAT | os.O_WRONLY)"],
  ['creates a file among the libraries', "os.open('/usr/lib/x', os.O_CREAT | os.O_WRONLY)"],
  ['creates a file among the devices', "os.open('/dev/x', os.O_CREAT | os.O_WRONLY)"],
  ['creates a file in shared memory', "os.open('/dev/shm/x', os.O_CREAT | os.O_WRONLY)"],
  ['creates a queue', "os.open('/dev/mqueue/x', os.O_CREAT | os.O_WRONLY)"],
  ['creates a file of the kernel', "os.open('/sys/x', os.O_CREAT | os.O_WRONLY)"],
  ['changes what the kernel does', "os.open('/proc/sys/kernel/hostname', os.O_WRONLY)"],
  ['makes a directory', "os.mkdir('/x') is None"],
  ['makes a link', "os.symlink('/', '/x') is None"],
  ['makes a device', "os.mknod('/x', 0o20666, os.makedev(1, 5)) is None"],
  ['writes into what its interpreter reads', "open('/usr/lib/python3/dist-packages/numpy/__init__.py', 'a') is None"],
]
const [bpf, keyctl, clone] = process.arch === 'x64' ? [321, 250, 56] : [280, 219, 220]
const CALLS: readonly (readonly [string, string])[] = [
  ['unshare', errnoOf('libc.unshare(0x10000000)')],
  ['mount', errnoOf("libc.mount(b'none', b'/usr', b'tmpfs', 0, None)")],
  ['ptrace', errnoOf('libc.ptrace(16, 1, 0, 0)')],
  ['setns', errnoOf('libc.setns(0, 0)')],
  ['bpf', errnoOf(`libc.syscall(${bpf}, 0, 0, 0)`)],
  ['keyctl', errnoOf(`libc.syscall(${keyctl}, 0, -3, 0)`)],
  ['io_uring_setup', errnoOf('libc.syscall(425, 1, 0)')],
  ['clone3', errnoOf('libc.syscall(435, 0, 0)')],
  ['clone with a namespace', errnoOf(`libc.syscall(${clone}, 0x10000000 | 17, 0, 0, 0, 0)`)],
  ['a socket of the Internet', errnoOf('libc.socket(2, 1, 0)')],
  ['a raw socket', errnoOf('libc.socket(17, 3, 0)')],
  ['a netlink socket', errnoOf('libc.socket(16, 3, 0)')],
]

/** What every sandbox for Python does for the algorithms that keep the interface, and against those that do not. */
export function behavesLikePython({ found, create, isFirstProcess, has, isSlow }: PythonSandbox): void {
  const on = found as Executor
  const isBrief = isSlow === true && !process.env.GRISTMILL_DEEP
  const chosen = <Row>(rows: readonly Row[], ofSandbox: readonly Row[]) =>
    isBrief ? ofSandbox : [...rows, ...ofSandbox]

  describe.skipIf(found === undefined || isBrief)('what a program prints', () => {
    const code = 'def run(input, output):\n    print("row", input.features[0, 0])\n    raise ValueError("mine")\n'

    it('is heard by who tries it, with the reason why it failed, and by nobody else', async () => {
      let said = ''
      const aloud = await create(LIMITS, {
        print: (text) => {
          said += text
        },
      })
      const heard = await execute(aloud as Executor, code)
      expect(said).toContain('row 0.5')
      expect(said).toContain('ValueError: mine')
      expect(heard).toMatchObject({ status: 'ALGO_ERROR', reason: 'exception' })
      expect(await execute(on, code)).toMatchObject({ status: 'ALGO_ERROR', reason: 'exception' })
      expect(aloud?.capabilities()).toEqual(found?.capabilities())
    })
  })

  describe.skipIf(found === undefined)('a Python algorithm that keeps the interface', () => {
    it('gets every field of its input and returns what it wrote', async () => {
      const { status, output, fuelUsed } = await execute(
        on,
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

    it('gets labels that are numbers as such, with no classes', async () => {
      const { output } = await execute(
        on,
        `def run(input, output):
    output[:] = [input.classes, input.labels.dtype == "float64", *input.labels, *input.features.reshape(-1)]
`,
        { outputBytes: 8 * 11, input: inputOf({ classes: 0 }) },
      )
      expect(valuesOf(output)).toEqual([0, 1, 0, 0.25, 0.5, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5])
    })

    it('is compiled before it is paid for, and not run', async () => {
      const inspect = (code: string) => on.inspect(textBytes(code))
      await expect(inspect('import os\nwhile True: pass')).resolves.toBeUndefined()
      await expect(inspect('def run(:')).rejects.toThrow(AlgorithmRefusedError)
      expect((await execute(on, 'def run(:')).status).toBe('CONTRACT')
    })
  })

  describe.skipIf(found === undefined || isBrief)('a sandbox that waits for its algorithm', () => {
    const leaving = `
import builtins, numpy
def run(input, output):
    output[0] = getattr(builtins, 'left', 0)
    output[1] = numpy.pi
    builtins.left, numpy.pi = 7, 3
`

    it('is asked once: nothing of an algorithm is there for the next one', async () => {
      const waiting = (await create(LIMITS, { spares: 1 }))!
      for (let run = 0; run < 3; run++) {
        const { status, output } = await execute(waiting, leaving)
        expect([status, ...valuesOf(output)]).toEqual(['OK', 0, Math.PI])
      }
      expect(waiting.capabilities()).toEqual(found!.capabilities())
    })
  })

  describe.skipIf(found === undefined)('a Python algorithm that does not', () => {
    const others: [string, string, string][] = [
      ['ALGO_ERROR', 'raises', 'raise ValueError(input.rows)'],
      ['ALGO_ERROR', 'exits', 'import sys; sys.exit(3)'],
      ['ALGO_ERROR', 'exits at once', 'import os; os._exit(3)'],
      ['ALGO_ERROR', 'exits at once, as if nothing were', 'import os; os._exit(0)'],
      ['ALGO_ERROR', 'recurses without end', 'f = lambda f: f(f); f(f)'],
      ['CONTRACT', 'returns', 'return 16'],
      ['ALGO_ERROR', 'reads address 0', 'import ctypes; ctypes.string_at(0)'],
      ['ALGO_ERROR', 'keeps a file in memory', 'import os\n    os.write(os.memfd_create("x"), b"x")'],
      [isFirstProcess ? 'OK' : 'ALGO_ERROR', 'kills its process', 'import os; os.kill(os.getpid(), 9)'],
    ]
    const ofSandbox: [string, string, string][] = [
      ['ALGO_ERROR', 'exits as if its engine had failed', 'import os; os._exit(125)'],
      ['ALGO_ERROR', 'kills all processes', 'import os\n    os.kill(1, 9)\n    os.kill(-1, 9)\n    os._exit(1)'],
      ['OOM', 'allocates without end', 'kept = []\n    while True: kept.append(bytearray(10_000_000))'],
    ]
    it.each(chosen(others, ofSandbox))('ends in %s when it %s', async (status, _what, body) => {
      const execution = await execute(on, `def run(input, output):\n    ${body}\n`)
      expect(execution.status).toBe(status)
      if (status !== 'OK') expect(execution.output).toBeUndefined()
    })

    it('ends in FUEL when it computes for ever, with one process or many', async () => {
      const hasty = (await create({ ...LIMITS, fuel: 1_000_000n, timeoutMs: 30_000 }))!
      const forEver = 'while True: pass'
      const many = `import os\ndef run(input, output):\n    for _ in range(3): os.fork()\n    ${forEver}\n`
      const stubborn = 'import signal; signal.signal(signal.SIGXCPU, signal.SIG_IGN)'
      const alone = `def run(input, output):\n    ${forEver}\n`
      const ends = []
      for (const code of chosen([alone], [many])) ends.push((await execute(hasty, code)).status)
      expect(ends).toEqual(ends.map(() => 'FUEL'))
      if (isBrief) return
      const { status } = await execute(hasty, `${stubborn}\n${alone}`)
      expect(['FUEL', 'ALGO_ERROR']).toContain(status)
    }, 60_000)

    it('ends in TIMEOUT when it sleeps, or leaves a process that does', async () => {
      const hasty = (await create({ ...LIMITS, timeoutMs: 1500 }))!
      const started = performance.now()
      expect((await execute(hasty, 'import time\ntime.sleep(1000)')).status).toBe('TIMEOUT')
      if (isBrief) return
      const leaving =
        'import os, time\ndef run(input, output):\n    if os.fork() == 0:\n        os.setsid()\n        time.sleep(1000)\n'
      expect(['OK', 'TIMEOUT']).toContain((await execute(hasty, leaving)).status)
      expect(performance.now() - started).toBeLessThan(20_000)
    }, 30_000)

    it('ends by its own limit when it forks without end', async () => {
      const hasty = (await create({ ...LIMITS, timeoutMs: 3000 }))!
      const forking = 'import os\nwhile True:\n    try: os.fork()\n    except OSError: pass'
      const { status } = await execute(hasty, forking)
      expect(['TIMEOUT', 'FUEL', 'OOM', 'ALGO_ERROR']).toContain(status)
      // The machine goes on.
      expect((await execute(on, 'def run(input, output): output[0] = 1')).status).toBe('OK')
    }, 40_000)

    it('says nothing by printing, however much, nor by writing where the answer goes', async () => {
      const flooding =
        'import os, sys\ndef run(input, output):\n    print("x" * 10_000_000)\n    os.write(2, b"y" * 1_000_000)\n'
      expect(await execute(on, flooding)).toMatchObject({ status: 'OK' })
      const forging =
        'import os\ndef run(input, output):\n    for end in range(3, 64):\n        try: os.write(end, bytes(1000))\n        except OSError: pass\n'
      expect(await execute(on, forging)).not.toHaveProperty('output')
    })
  })

  describe.skipIf(found === undefined)('what a Python algorithm finds', () => {
    const expressions = [...TRACES, ...WRITES, ...CALLS].map(([, expression]) => expression)
    let answers: number[]
    beforeAll(async () => {
      answers = await ask(on, expressions)
    }, 30_000)
    const answerTo = (expression: string) => answers[expressions.indexOf(expression)]

    it.each(TRACES)('is no trace of %s', (_what, expression) => {
      expect([0, 2]).toContain(answerTo(expression))
    })

    it.each(WRITES)('is nothing that it %s in', (_what, expression) => {
      expect(answerTo(expression)).toBe(2)
    })

    it.each(CALLS)('is no %s', (_call, expression) => {
      expect(answerTo(expression)).toBe(1)
    })

    it('is what tests can see: an expression that holds, and a root with what is known', async () => {
      expect(
        await ask(on, [
          "os.path.exists('/usr/lib/python3') and os.getuid() == 65534",
          `all(${has} for path in os.listdir('/'))`,
        ]),
      ).toEqual([1, 1])
    })

    const indirect: [string, string][] = [
      ['UDP', connecting('AF_INET', 'SOCK_DGRAM', "('127.0.0.1', PORT)")],
      ['names', "def connects(): return bool(socket.getaddrinfo('localhost.example', 80))"],
      ['abstract sockets', connecting('AF_UNIX', 'SOCK_STREAM', "'\\0gristmill-test-PORT'")],
    ]
    const direct: [string, string][] = [['TCP', connecting('AF_INET', 'SOCK_STREAM', "('127.0.0.1', PORT)")]]
    it.each(chosen(indirect, direct))('is no way out by %s', async (_what, before) => {
      using outside = await listen()
      expect(await ask(on, ['connects()'], before.replaceAll('PORT', String(outside.port)))).toEqual([2])
      expect(outside.heard()).toBe(0)
    })
  })
}

/** Learns with the libraries that a program may count on; five values. */
export const LEARNING = `
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
