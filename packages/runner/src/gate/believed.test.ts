import { policyFor } from '@gristmill/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { believedOf } from './believed.js'

const { artifact } = policyFor({
  table: {
    features: [{ name: 'x', type: 'number', minMicros: 0, maxMicros: 1 }],
    label: { name: 'y', classes: ['0', '1'] },
    ignored: [],
  },
  algorithms: [{ digest: `0x${'ab'.repeat(32)}`, runtime: 'wasm', parameters: {} }],
})
const values = new Uint8Array(4)
const head = {
  verdict: 'OK',
  reason: 'done',
  measurements: { holdout_accuracy: 0.5, holdout_majority: 0.5 },
  findings: [],
}
const answer = (of: unknown, parts: Uint8Array[] = [values]) =>
  believedOf({ kind: 'answer', frame: { head: of, parts } }, artifact)

describe('what the process of the gate answers', () => {
  it('is believed where it is an answer', () => {
    expect(answer(head)).toEqual({ ...head, values })
    expect(answer({ ...head, verdict: 'CONTRACT' }, []).verdict).toBe('CONTRACT')
    const worse = { ...head, measurements: { holdout_r2: -7.25, holdout_rmse: 1 } }
    expect(answer(worse)).toEqual({ ...worse, values })
  })

  it.each<[string, unknown, Uint8Array[]?]>([
    ['more values than the policy has', head, [new Uint8Array(6)]],
    ['no values', head, []],
    ['values that are not finite', head, [Uint8Array.of(0x80, 0x7f, 0, 0)]],
    ['another verdict', { ...head, verdict: 'REVIEW' }],
    ['a metric beyond its range', { ...head, measurements: { holdout_accuracy: 1.5, holdout_majority: 0 } }],
    ['an R² above 1', { ...head, measurements: { holdout_r2: 1.5, holdout_rmse: 0 } }],
    ['an error above 1', { ...head, measurements: { holdout_r2: 0, holdout_rmse: 1.5 } }],
    ['an error below 0', { ...head, measurements: { holdout_r2: 1, holdout_rmse: -0.5 } }],
    ['a metric that nobody asked for', { ...head, measurements: { ...head.measurements, secret: 0.5 } }],
    ['an endless reason', { ...head, reason: 'x'.repeat(5000) }],
  ])('is CHECK for %s', (_what, of, parts) => {
    const judgement = answer(of, parts)
    expect(judgement.verdict).toBe('CHECK')
    expect(judgement.values).toBeUndefined()
  })

  it('is CHECK for anything else, and for a process that gave none', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (of) => {
        expect(answer(of).verdict).toBe('CHECK')
      }),
    )
    expect(believedOf({ kind: 'died' }, artifact).verdict).toBe('CHECK')
    expect(believedOf({ kind: 'timeout' }, artifact)).toMatchObject({ verdict: 'CHECK', reason: 'gate: time limit' })
  })

  it('gives values only with the verdict OK', () => {
    expect(answer({ ...head, verdict: 'CHECK' }).values).toBeUndefined()
  })
})
