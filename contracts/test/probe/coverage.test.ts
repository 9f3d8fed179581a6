import { beforeAll, describe, expect, it } from 'vitest'
import { instrument } from '../../branches/points.ts'
import { judge } from '../../branches/verdict.ts'
import { compile, readSources, wrapAll } from '../../probe/source.ts'

const FILE = 'src/Gate.sol'
const SOURCE = `// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

function isOpen(uint256 hour, bool isHoliday) pure returns (bool) {
    require(hour < 24, "hour");
    if (isHoliday || hour < 8) return false;
    return hour < 18;
}
`

function probe() {
  const sources = { [FILE]: SOURCE, 'probe/Probe.sol': readSources()['probe/Probe.sol']! }
  return instrument(sources, compile(sources, []))
}

describe('the branch coverage of contracts', () => {
  let probed: ReturnType<typeof probe>
  beforeAll(() => {
    probed = probe()
  }, 120_000)

  it('counts both outcomes of every condition, each operand alone, and every function', () => {
    const seen = probed.outcomes.map(({ line, kind, text }) => `${line} ${kind} ${text.slice(0, 15)}`)
    expect(seen).toEqual([
      '4 entered function isOpen',
      '5 true hour < 24',
      '5 false hour < 24',
      '6 true isHoliday',
      '6 false isHoliday',
      '6 true hour < 8',
      '6 false hour < 8',
    ])
  })

  it('leaves a source that compiles', () => {
    expect(compile(probed.sources, ['abi']).errors).toEqual([])
  })

  it('misses an outcome that no test brings about', () => {
    const { outcomes } = probed
    const seen = new Set(outcomes.slice(1).map(({ word }) => word))
    expect(judge(outcomes, seen, []).missing).toEqual([outcomes[0]])
  })

  it('lets an exception pass, and refuses one that is not needed', () => {
    const { outcomes } = probed
    const { file, kind, text, word } = outcomes[1]!
    const exception = { file, kind, text, reason: 'a test' }
    const others = outcomes.map((outcome) => outcome.word).filter((other) => other !== word)
    expect(judge(outcomes, new Set(others), [exception])).toEqual({ missing: [], excused: [outcomes[1]], stale: [] })
    expect(judge(outcomes, new Set([...others, word]), [exception]).stale).toEqual([exception])
  })

  it('nests what it puts around equal, touching and empty spans', () => {
    const wraps = [
      { start: 0, end: 3, before: '(', after: ')' },
      { start: 0, end: 3, before: '[', after: ']' },
      { start: 3, end: 5, before: '<', after: '>' },
      { start: 4, end: 4, before: '!', after: '' },
    ]
    expect(wrapAll('abcde', wraps)).toBe('([abc])<d!e>')
  })
})
