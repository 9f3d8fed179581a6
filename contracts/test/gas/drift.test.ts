import { beforeAll, describe, expect, it } from 'vitest'
import { runBench } from '../../bench/bench.ts'
import { driftOf, type Files, filesOf, readFiles } from '../../bench/files.ts'
import type { Result } from '../../bench/journey.ts'

const MINUTES = 60_000

describe('gas', () => {
  let results: Result[]
  let measured: Files
  beforeAll(async () => {
    results = await runBench()
    measured = filesOf(results)
  }, 5 * MINUTES)

  it('is what gas.json and GAS.md say; `pnpm bench:gas` writes them anew', () => {
    const committed = readFiles()
    expect(driftOf(committed['gas.json'], measured['gas.json'])).toEqual([])
    expect(driftOf(committed['GAS.md'], measured['GAS.md'])).toEqual([])
  })

  it('is found to drift when one transaction costs one gas more', () => {
    const drifted = results.map((result) =>
      result.name === 'settle (20 listings, each)'
        ? { ...result, ours: result.ours.map((step) => ({ ...step, gas: step.gas + 1 })) }
        : result,
    )
    const [settlement] = results.filter(({ name }) => name === 'settle (20 listings, each)').flatMap(({ ours }) => ours)
    const drift = driftOf(measured['GAS.md'], filesOf(drifted)['GAS.md'])
    expect(drift).toHaveLength(2)
    expect(drift[1]).toContain(((settlement?.gas ?? 0) + 1).toLocaleString('en-US'))
  })

  it('is found to drift when a row is missing or new', () => {
    expect(driftOf(measured['gas.json'], filesOf(results.slice(1))['gas.json'])).not.toEqual([])
    expect(driftOf(filesOf(results.slice(1))['gas.json'], measured['gas.json'])).not.toEqual([])
  })

  it('of an order is the same at 1 and at 200 open orders', () => {
    const oursOf = (name: string) => results.find((result) => result.name === name)?.ours
    expect(oursOf('place (vault), 1 open order')).toEqual(oursOf('place (vault), 200 open orders'))
    expect(oursOf('fulfil + settle (1)')).toEqual(oursOf('fulfil + settle (1), 200 open orders'))
    expect(oursOf('refund')).toEqual(oursOf('refund, 200 open orders'))
    expect(oursOf('refund')).toBeDefined()
  })
})
