import { createLocalEngine } from '@gristmill/engine'
import { findExecutors } from '@gristmill/runner'
import { describe, expect, it } from 'vitest'
import { runSame, runtimesOf } from './_same-model.js'

const executors = await findExecutors()
const runtimes = runtimesOf(executors)
if (!runtimes.includes('python')) console.log('without bubblewrap and python3-numpy: one model is made without Python')

const hashesOf = (results: readonly { releasedHash: string }[]) =>
  new Set(results.map(({ releasedHash }) => releasedHash))

describe('one order on one table', () => {
  it('releases the same model whatever executor ran it, here and on an engine', async () => {
    const engine = createLocalEngine({ executors: executors.all })
    const here = await Promise.all(runtimes.map((runtime) => runSame({ runtime, executors })))
    const there = await Promise.all(runtimes.map((runtime) => runSame({ runtime, executors, engine })))
    expect(new Set([...here, ...there].map(({ verdict }) => verdict))).toEqual(new Set(['OK']))
    expect(hashesOf([...here, ...there]).size).toBe(1)
    await engine.close()
  })

  it.runIf(runtimes.includes('python'))('owes that to the grid: before, numpy’s sums end in other bits', async () => {
    const [js, python] = [await runSame({ runtime: 'js', executors }), await runSame({ runtime: 'python', executors })]
    expect(python.rawOutputHash).not.toBe(js.rawOutputHash)
    expect(python.releasedHash).toBe(js.releasedHash)
  })

  it('releases another model of another table', async () => {
    const [same, other] = [
      await runSame({ runtime: 'wasm', executors }),
      await runSame({ runtime: 'wasm', executors, without: 100 }),
    ]
    expect(other.releasedHash).not.toBe(same.releasedHash)
  })
})
