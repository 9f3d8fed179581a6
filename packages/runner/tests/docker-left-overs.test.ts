import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createDockerExecutor } from '@gristmill/runner'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DockerEngine, NO_DOCKER } from './_docker-engine.js'
import { execute, LIMITS } from './_python-suite.js'

const WORKS = 'def run(input, output): output[0] = 1'
const SLEEPS = 'import time\ntime.sleep(60)'

const isLeftOut = NO_DOCKER !== undefined || !process.env.GRISTMILL_DEEP

/** An engine of its own, which is hurt. */
describe.skipIf(isLeftOut)('an engine that has left-overs, hangs or dies (deep only)', () => {
  let engine: DockerEngine
  let options: { image: string; host: string; patienceMs: number }
  beforeAll(async () => {
    engine = await DockerEngine.start()
    options = { image: await engine.importPython(['numpy']), host: engine.host, patienceMs: 5_000 }
  }, 60_000)
  afterAll(async () => {
    await engine?.[Symbol.asyncDispose]()
  })

  const containers = async () => (await engine.docker('ps', '--all', '--quiet')).split('\n').filter(Boolean)
  const labelled = (owner: string, until: number) =>
    engine.docker(
      ...['create', '--network', 'none', '--label', `gristmill.owner=${owner}`, '--label', `gristmill.until=${until}`],
      ...['--entrypoint', 'python3', options.image],
    )

  it('loses the container of a runner that was killed, to the next one; others keep theirs', async () => {
    const entry = fileURLToPath(new URL('./children/run-forever.ts', import.meta.url))
    const env = { ...process.env, DOCKER_TEST: JSON.stringify(options) }
    const runner = spawn(process.execPath, [entry, 'docker'], { stdio: ['ignore', 'pipe', 'inherit'], env })
    await once(runner.stdout, 'data')
    await expect.poll(containers, { timeout: 10_000 }).toHaveLength(1)
    const [running] = await containers()
    const theirs = await labelled(`another-machine/1/${process.pid}`, Date.now() + 60_000)
    const late = await labelled('another-machine/1/1', Date.now() - 1)
    const ours = await engine.docker('inspect', '--format', '{{index .Config.Labels "gristmill.owner"}}', running!)
    expect(ours).toMatch(new RegExp(`/${runner.pid}$`))
    // Another datatrust begins beside it.
    expect(await createDockerExecutor(options, LIMITS)).toBeDefined()
    const ids = async () => (await engine.docker('ps', '--all', '--quiet', '--no-trunc')).split('\n')
    expect((await ids()).toSorted()).toEqual(
      [await engine.docker('inspect', '--format', '{{.Id}}', running!), theirs].toSorted(),
    )
    expect(await ids()).not.toContain(late)
    runner.kill('SIGKILL')
    await once(runner, 'exit')
    expect(await containers()).toHaveLength(2)
    expect(await createDockerExecutor(options, LIMITS)).toBeDefined()
    expect(await ids()).toEqual([theirs])
    await engine.docker('rm', theirs)
  }, 60_000)

  it('keeps no container that waits for a runner which has nothing more to do', async () => {
    const entry = fileURLToPath(new URL('./children/run-once.ts', import.meta.url))
    const env = { ...process.env, DOCKER_TEST: JSON.stringify(options) }
    const runner = spawn(process.execPath, [entry], { stdio: ['ignore', 'ignore', 'inherit'], env })
    const ended = once(runner, 'exit')
    // One runs, or waits for what comes next.
    await expect.poll(containers, { timeout: 20_000 }).not.toEqual([])
    expect(await ended).toEqual([0, null])
    await expect.poll(containers, { timeout: 10_000 }).toEqual([])
  }, 60_000)

  it('is to blame where it dies, not the algorithm, and the runner is ready once it is well', async () => {
    const executor = (await createDockerExecutor(options, LIMITS))!
    const dying = execute(executor, SLEEPS)
    await expect.poll(containers, { timeout: 10_000 }).toHaveLength(1)
    engine.signal('SIGKILL')
    await expect(dying).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', retryable: true })
    await engine.answers()
    expect((await execute(executor, WORKS)).status).toBe('OK')
    expect(await containers()).toEqual([])
  }, 60_000)

  it('is to blame where it hangs, too', async () => {
    const executor = (await createDockerExecutor(options, { ...LIMITS, timeoutMs: 2_500 }))!
    const hanging = execute(executor, SLEEPS)
    await expect.poll(containers, { timeout: 10_000 }).toHaveLength(1)
    engine.signal('SIGSTOP')
    await expect(hanging).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' })
    await expect(execute(executor, WORKS)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' })
    engine.signal('SIGCONT')
    await engine.answers()
    expect((await execute(executor, WORKS)).status).toBe('OK')
    expect(await containers()).toEqual([])
  }, 90_000)
})
