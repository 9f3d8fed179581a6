import { describe, expect, it } from 'vitest'
import { findMutations } from '../../mutation/operators.ts'
import { scoreOf } from '../../mutation/report.ts'
import { shuffle } from '../../mutation/sample.ts'
import { compilable, embed } from '../../mutation/schemata.ts'
import { compile, readSources } from '../../probe/source.ts'

const sources = readSources()
const mutations = findMutations(sources, compile(sources, []))

describe('the mutants of contracts', () => {
  it('have a fault of every kind', () => {
    expect([...new Set(mutations.map(({ operator }) => operator))].sort()).toEqual([
      'arguments swapped',
      'arithmetic',
      'assignment removed',
      'call removed',
      'constant',
      'early return',
      'junction',
      'modifier removed',
      'negation',
      'relation',
      'require removed',
      'rounding',
    ])
  })

  it('lie in one source behind their switches', () => {
    const file = 'src/libraries/Drip.sol'
    const here = mutations.filter((mutation) => mutation.file === file)
    const mutants = new Map(here.map((mutation, index) => [index + 1, mutation]))
    const text = embed(sources, mutants)[file]!
    for (const id of mutants.keys()) expect(text).toContain(`isOn(${id})`)
  })

  it.runIf(process.env.GRISTMILL_DEEP)('are left out where they do not compile', { timeout: 120_000 }, () => {
    const [first] = mutations.filter(({ file, operator }) => file === 'src/Vault.sol' && operator === 'relation')
    const before = (id: number): string => `(Probe.isOn(${id}) ? nothing : (`
    const broken = { ...first!, wrap: (id: number) => ({ ...first!.wrap(id), before: before(id) }) }
    const [second] = mutations.filter(({ file }) => file === 'src/Share.sol')
    const mutants = new Map([
      [1, second!],
      [2, broken],
    ])
    expect([...compilable(sources, mutants).keys()]).toEqual([1])
  })

  it('are drawn as the seed says', () => {
    const items = Array.from({ length: 50 }, (_, index) => index)
    expect(shuffle(items, 7)).toEqual(shuffle(items, 7))
    expect(shuffle(items, 8)).not.toEqual(shuffle(items, 7))
    expect(shuffle(items, 7).toSorted((a, b) => a - b)).toEqual(items)
  })

  it('score by those that are another program; an explained survivor is a survivor', () => {
    const fates = ['killed', 'timeout', 'survived', 'explained', 'same bytecode'] as const
    const outcomes = fates.map((fate, id) => ({ id, file: '', line: 1, operator: '', from: '', to: '', fate }))
    expect(scoreOf(outcomes)).toEqual({ valid: 4, killed: 2, score: 0.5 })
    expect(scoreOf([]).score).toBe(0)
  })
})
