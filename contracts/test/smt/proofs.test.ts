import { describe, expect, it } from 'vitest'
import { type Mutation, missing, prove } from './prove.ts'

const reason = missing()
const isRun = process.env.GRISTMILL_DEEP !== undefined && reason === undefined
const TIMEOUT = { timeout: 300_000 }

const split = 'src/libraries/Split.sol'
const drip = 'src/libraries/Drip.sol'
const rounding = 'test/smt/proofs/RoundingProof.sol'

const PROOFS = [
  { contract: 'SplitProof', claims: 4, what: 'the parts of every price sum to it, and none is above it' },
  { contract: 'DripProof', claims: 2, what: 'a drip releases no more than is locked, and all of it at its end' },
  {
    contract: 'RoundingProof',
    claims: 4,
    what: 'fund rounds up, redeem rounds down, and what is paid is divided wholly',
  },
]

const MUTATIONS: (Mutation & { contract: string; what: string })[] = [
  {
    what: 'the reserve gets the part of the curators too',
    contract: 'SplitProof',
    file: split,
    from: 'due - parts.maker - parts.operator - parts.curators',
    to: 'due - parts.maker - parts.operator',
  },
  {
    what: 'a drip goes on after its end',
    contract: 'DripProof',
    file: drip,
    from: 'elapsedSeconds >= leftSeconds ? locked : (locked * elapsedSeconds) / leftSeconds',
    to: 'leftSeconds == 0 ? locked : (locked * elapsedSeconds) / leftSeconds',
  },
  {
    what: 'fund rounds down',
    contract: 'RoundingProof',
    file: rounding,
    from: '(product + divisor - 1) / divisor',
    to: 'product / divisor',
  },
  {
    what: 'redeem rounds up',
    contract: 'RoundingProof',
    file: rounding,
    from: 'return product / divisor',
    to: 'return (product + divisor - 1) / divisor',
  },
]

describe(`the SMT checker${reason === undefined ? '' : ` (${reason})`} (deep only)`, () => {
  it.runIf(isRun).each(PROOFS)('proves: $what', TIMEOUT, ({ contract, claims }) => {
    expect(prove(contract)).toEqual({ proved: claims, refuted: 0, undecided: [] })
  })

  it.runIf(isRun).each(MUTATIONS)('refutes that it holds if $what', TIMEOUT, ({ contract, ...mutation }) => {
    expect(prove(contract, mutation).refuted).toBeGreaterThan(0)
  })
})
