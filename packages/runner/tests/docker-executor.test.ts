import { canonicalHash } from '@gristmill/protocol'
import { createBwrapExecutor, createDockerExecutor, type Executor, examineDocker, run } from '@gristmill/runner'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { seccompProgram } from '../src/executors/bwrap/seccomp.js'
import { SYSCALLS } from '../src/executors/bwrap/syscalls.js'
import { ask as askEngine } from '../src/executors/docker/docker-client.js'
import { dockerCommand } from '../src/executors/docker/docker-command.js'
import { runSandbox } from '../src/executors/python/run-sandbox.js'
import { inputOf, textBytes, valuesOf } from './_input.js'
import { csv, digestOf, policyFor } from './_policy.js'
import { asking, behavesLikePython, connecting, execute, LEARNING, LIMITS, listen } from './_python-suite.js'
import { source } from './_source.js'

const MIB = 1024 * 1024
const FILTER = seccompProgram(SYSCALLS[process.arch]!)
const engine = inject('dockerEngine')
const found = engine && (await createDockerExecutor(engine, LIMITS))
if (engine !== undefined && found === undefined) throw new Error('the engine of the tests runs no Python')
const options = engine ?? { host: 'unix:///nowhere.sock', image: `python@sha256:${'ab'.repeat(32)}` }
const names = { name: 'name', labels: ['key=value'] }
const bounds = { memoryBytes: 256 * MIB, cpuSeconds: 10, processes: 32 }

behavesLikePython({
  found,
  create: (limits, given) => createDockerExecutor(options, limits, given),
  isFirstProcess: true,
  isSlow: true,
  has: "path in ('usr', 'lib', 'lib64', 'etc', 'proc', 'dev', 'sys', '.dockerenv')",
})

describe.skipIf(found === undefined)('a container', () => {
  const on = found as Executor
  const given = { task: 'run', input: inputOf() } as const
  /** The harness in a container without what keeps it from something. */
  const without = async (
    { drop, filter = FILTER }: { drop: readonly string[]; filter?: Uint8Array },
    expression: string,
    before = '',
  ) => {
    const name = `control-${Math.random().toString(36).slice(2)}`
    const { command, env } = dockerCommand(options, bounds, { name, labels: [] }, filter)
    const at = command.findIndex((_part, index) => drop.every((part, offset) => command[index + offset] === part))
    expect(at).toBeGreaterThan(0)
    const [file, ...args] = command.filter((_part, index) => index < at || index >= at + drop.length)
    const network = drop[0] === '--network' ? ['--network', 'host'] : []
    const left = args.flatMap((part) => (part === 'run' ? [part, ...network, '--rm'] : [part]))
    const end = await runSandbox(
      { command: [file as string, ...left], env },
      { ...given, algorithm: textBytes(asking([expression], before)), outputBytes: 8 },
      { answerBytesMax: 9, timeoutMs: 20_000 },
    )
    return end.kind === 'answer' ? valuesOf(end.answer.output)[0] : undefined
  }
  const allowAll = Buffer.from('060000000000ff7f', 'hex')

  it('comes to the same bits as bubblewrap, and to the same model', async () => {
    const bwrap = await createBwrapExecutor(LIMITS)
    const inContainer = await execute(on, LEARNING, { outputBytes: 40 })
    expect(inContainer.status).toBe('OK')
    expect(valuesOf(inContainer.output)[1]).toBeLessThan(-1)
    if (bwrap === undefined) return
    expect((await execute(bwrap, LEARNING, { outputBytes: 40 })).output).toEqual(inContainer.output)
    const code = textBytes('import numpy\ndef run(input, output): output[:] = numpy.exp(input.features).sum() % 8')
    const policy = policyFor(code, { algorithms: [{ digest: digestOf(code), runtime: 'python', parameters: {} }] })
    const models = []
    for (const executor of [on, bwrap]) {
      const secret = new Uint8Array(32).fill(7)
      const [orderId, parameters] = [canonicalHash('order'), {}]
      models.push(await run({ orderId, policy, algorithm: code, parameters, source: source(csv), executor, secret }))
    }
    expect(models[0]!.verdict).toBe('OK')
    expect(models[0]!.releasedHash).toBe(models[1]!.releasedHash)
  })

  it('shares its memory among its processes', async () => {
    const code = `
import os, time
def run(input, output):
    for _ in range(4):
        if os.fork() == 0:
            kept = bytearray(b'x' * 90_000_000)
            time.sleep(20)
            os._exit(0)
    os.wait()
    os._exit(1)
`
    expect((await execute(on, code)).status).toBe('OOM')
  })

  it.runIf(process.env.GRISTMILL_DEEP)(
    'is told what it used: not the time that it slept, and all that its processes computed',
    async () => {
      const sleeping = await execute(on, 'import time\ndef run(input, output): time.sleep(4)')
      expect(sleeping.status).toBe('OK')
      expect(sleeping.fuelUsed).toBeLessThan(3_000_000n)
      const busy = await execute(
        on,
        'import os, time\ndef run(input, output):\n    os.fork()\n    end = time.process_time() + 1\n    while time.process_time() < end: pass\n    if os.getpid() != 1: os._exit(0)\n    os.wait()\n',
      )
      expect(busy.status).toBe('OK')
      expect(busy.fuelUsed).toBeGreaterThan(1_900_000n)
    },
  )

  it('has no name server, nor paths of its host', async () => {
    const answers = await execute(
      on,
      asking([
        "open('/etc/resolv.conf').read().split() != ['nameserver', '192.0.2.1']",
        "os.listdir('/sys') != [] or os.listdir('/dev/mqueue') != []",
        "'gristmill' in open('/proc/self/cgroup').read()",
      ]),
      { outputBytes: 24 },
    )
    expect(valuesOf(answers.output)).toEqual([0, 0, 0])
  })

  it('could reach the network, write queues and call the kernel but for what is said to its engine', async () => {
    using outside = await listen()
    const tcp = connecting('AF_INET', 'SOCK_STREAM', `('127.0.0.1', ${outside.port})`)
    expect(await without({ drop: ['--network', 'none'], filter: allowAll }, 'connects()', tcp)).toBe(1)
    expect(outside.heard()).toBe(1)
    // Without a filter of ours the engine's lets a socket be made, and there is nobody to talk to.
    const drop = ['--ipc', 'none']
    expect(await without({ drop, filter: allowAll }, 'libc.socket(2, 1, 0) >= 0')).toBe(1)
    expect(await without({ drop }, 'libc.socket(2, 1, 0) >= 0')).toBe(0)
    const queue = "os.open('/dev/mqueue/x', os.O_CREAT | os.O_WRONLY) >= 0"
    expect(await without({ drop: ['--tmpfs', '/dev/mqueue:ro,size=4k'] }, queue)).toBe(2)
    expect(await without({ drop: ['--ulimit', 'msgqueue=0'] }, queue)).toBe(2)
  })

  afterAll(async () => {
    const left = await askEngine(options, ['ps', '--all', '--format', '{{.Names}} {{.Label "gristmill.owner"}}'])
    // Those of this process; one waits for a minute where there are spares.
    const own = left?.split('\n').filter((line) => line.endsWith(`/${process.pid}`)) ?? []
    expect(own.length).toBeLessThanOrEqual(1)
  })
})

describe('a container for Python', () => {
  const command = (runtime?: string) =>
    dockerCommand(
      { image: `python@sha256:${'ab'.repeat(32)}`, host: 'unix:///nowhere.sock', ...(runtime && { runtime }) },
      { memoryBytes: 65_536, cpuSeconds: 5, processes: 32 },
      names,
      FILTER,
    ).command

  it('has no network, no rights, nothing to write to, and bounds on what it uses', () => {
    const text = command().join(' ')
    for (const part of [
      '--network none',
      '--ipc none',
      '--read-only',
      '--log-driver none',
      '--cap-drop ALL',
      '--security-opt no-new-privileges',
      '--user 65534:65534',
      '--memory 65536b --memory-swap 65536b',
      '--pids-limit 32',
      '--ulimit cpu=5:6',
      '--ulimit fsize=0',
      '--ulimit msgqueue=0',
      '--pull never',
    ])
      expect(text).toContain(part)
  })

  it('sees nothing of the host, and takes its options before the image only', () => {
    const parts = command()
    expect(parts.slice(0, 4)).toEqual(['docker', '--host', 'unix:///nowhere.sock', 'run'])
    for (const option of ['--volume', '-v', '--mount', '--device', '--privileged', '--env-file', '--tty'])
      expect(parts).not.toContain(option)
    const image = parts.findIndex((part) => part.startsWith('python@'))
    expect(parts.slice(image + 1, -2)).toEqual(['-s', '-B', '-c'])
  })

  it('is run by gVisor where the operator says so', () => {
    expect(command('runsc').join(' ')).toContain('--runtime runsc')
    expect(command()).not.toContain('--runtime')
  })
})

describe('an executor for containers', () => {
  const digest = `sha256:${'ab'.repeat(32)}`

  it.each(['python:3', 'python', `python@sha256:${'ab'.repeat(31)}`, `--privileged@${digest}`])(
    'is none for the image %s, which no digest names',
    async (image) => {
      expect(await createDockerExecutor({ ...options, image })).toBeUndefined()
    },
  )

  it('is none where no engine answers', async () => {
    const nowhere = { image: digest, host: 'unix:///nowhere.sock' }
    expect(await createDockerExecutor(nowhere)).toBeUndefined()
    await expect(examineDocker(nowhere)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' })
  })

  it.skipIf(engine === undefined)(
    'is none for an image or a runtime that the engine has not, which it says',
    async () => {
      const [noImage, noRuntime] = [
        { ...options, image: digest },
        { ...options, runtime: 'runsc-of-nobody' },
      ]
      for (const lacking of [noImage, noRuntime]) expect(await createDockerExecutor(lacking)).toBeUndefined()
      await expect(examineDocker(noImage)).rejects.toThrow(/does not have the image/)
      await expect(examineDocker(noRuntime)).rejects.toThrow(/no runtime/)
      expect(await examineDocker(options)).toMatchObject({ imageId: options.image })
    },
  )

  it.skipIf(engine === undefined)('says what isolates', () => {
    expect(found?.capabilities()).toMatchObject({
      name: 'docker',
      isolation: { memory: 'cgroup', cpu: 'cgroup', network: 'namespace', kernel: 'seccomp' },
    })
  })
})
