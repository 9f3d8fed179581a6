import { createExecutors, createJsExecutor, type Executor, SandboxStartError } from '@gristmill/runner'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { statusOf } from '../api/status-of.js'
import { createTasks } from '../tasks.js'
import { inspectAlgorithm } from './algorithm.js'

describe('inspecting an algorithm', () => {
  const js = createJsExecutor()
  const module = new TextEncoder().encode('function run(input, output) {}')
  const inspectOn = (executor: Executor, bytes = module) => {
    const logged: string[] = []
    const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) })
    const inspected = inspectAlgorithm(
      { tasks: createTasks(), executors: createExecutors([executor]), log },
      bytes,
      'js',
    )
    return { inspected, logged }
  }

  it('tells who asks to come again where its sandbox does not start, and the operator why', async () => {
    const broken: Executor = {
      ...js,
      inspect: async () => {
        throw new SandboxStartError('js', 'no memory for it')
      },
    }
    const { inspected, logged } = inspectOn(broken)
    const error = await inspected.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'RUNTIME_NOT_READY', retryable: true })
    expect(String(error)).not.toContain('no memory')
    expect(statusOf('RUNTIME_NOT_READY')).toBe(503)
    expect(logged.join()).toContain('no memory for it')
  })

  it('refuses one that the runtime does not take, and lets the others pass', async () => {
    await expect(inspectOn(js, new TextEncoder().encode('function (')).inspected).rejects.toMatchObject({
      code: 'ALGORITHM_REFUSED',
    })
    await expect(inspectOn(js).inspected).resolves.toBeUndefined()
  })
})
