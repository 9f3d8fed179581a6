import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONTROLS } from './controls.ts'
import { Scratch } from './scratch.ts'

const isRun = process.env.GRISTMILL_DEEP !== undefined
const TIMEOUT = { timeout: 900_000 }
const NUMBERS = Array.from({ length: 13 }, (_, index) => `I${index + 1}`)

describe('The negative controls of the invariants', () => {
  it('are at least one for each', () => {
    const controlled = new Set(CONTROLS.map(({ invariant }) => invariant.split('_')[0]))
    expect([...controlled].sort()).toEqual([...NUMBERS].sort())
  })

  describe.runIf(isRun)('with GRISTMILL_DEEP', () => {
    let scratch: Scratch
    beforeAll(() => {
      scratch = new Scratch()
    })
    afterAll(() => scratch.remove())

    it('leave contracts that nobody changed green', TIMEOUT, () => {
      const { passed, failed, output } = scratch.run('I\\d+_')
      expect(failed, output).toEqual([])
      expect(passed.length, output).toBeGreaterThanOrEqual(NUMBERS.length)
    })

    it.each(CONTROLS)('turn $invariant red when $what', TIMEOUT, (control) => {
      const { failed, output } = scratch.runMutated(control)
      expect(failed, output).not.toEqual([])
    })
  })
})
