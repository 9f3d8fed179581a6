import { RUNTIMES } from '@gristmill/protocol'
import { createExecutors, createWasmExecutor, findExecutors, RuntimeUnavailableError, run } from '@gristmill/runner'
import { describe, expect, it } from 'vitest'
import { policyFor } from './_policy.js'
import { source } from './_source.js'

const module = new TextEncoder().encode('anything')
const policy = policyFor(module)
const withRuntime = (runtime: (typeof RUNTIMES)[number]) => ({
  ...policy,
  algorithms: policy.algorithms.map((algorithm) => ({ ...algorithm, runtime })),
})

describe('the executors of a machine', () => {
  const small = createWasmExecutor({ memoryBytes: 65_536 })
  const large = createWasmExecutor()

  it('are found by runtime, the first of those that take it', () => {
    expect(createExecutors([small, large]).of('wasm')).toBe(small)
    expect(createExecutors([small, large]).all).toEqual([small])
  })

  it('are asked in vain for what none of them runs', () => {
    const executors = createExecutors([large])
    expect(() => executors.of('python')).toThrow(RuntimeUnavailableError)
    expect(() => executors.tableBytesMax(withRuntime('js'))).toThrow(RuntimeUnavailableError)
  })

  it('say how large a table every algorithm of a policy takes', () => {
    expect(createExecutors([small]).tableBytesMax(policy)).toBe(65_536)
    expect(createExecutors([large]).tableBytesMax(policy)).toBe(large.capabilities().limits.memoryBytes)
  })

  it('are all that work here, each with a digest of its own', async () => {
    const { all } = await findExecutors()
    const capabilities = all.map((executor) => executor.capabilities())
    expect(capabilities.map(({ name }) => name)).toContain('wasm')
    expect(new Set(capabilities.map(({ runtimeDigest }) => runtimeDigest)).size).toBe(all.length)
    for (const { runtimes } of capabilities) expect(RUNTIMES).toEqual(expect.arrayContaining([...runtimes]))
  })
})

describe('a run', () => {
  it('is refused by an executor of another runtime than the policy names', async () => {
    const order = { orderId: `0x${'00'.repeat(32)}`, algorithm: module, parameters: { body: 1 } } as const
    const more = { source: source('x\n'), executor: createWasmExecutor(), secret: new Uint8Array(32) }
    await expect(run({ ...order, ...more, policy: withRuntime('js') })).rejects.toThrow(RuntimeUnavailableError)
  })
})
