import { type Deal, type Goods, type Hex, HOUR, ZERO_ADDRESS, ZERO_BYTES32 } from '@gristmill/protocol'
import { id } from 'ethers'
import { describe, expect, it } from 'vitest'
import { InvalidParameterError } from '../errors/connection-errors.js'
import { QuoteMismatchError } from '../errors/mismatch-errors.js'
import { defaultMarketConfig } from '../markets/market-config.js'
import { type QuoteExpectation, verifyQuote } from './verify-quote.js'

const bytes32 = (text: string) => id(text) as Hex
const address = (digit: string): Hex => `0x${digit.repeat(40)}`
const NOW = 1_800_000_000

const goods: Goods = {
  termsHash: bytes32('terms'),
  keyHash: ZERO_BYTES32,
  recipientKey: bytes32('recipient'),
  algorithm: bytes32('algorithm'),
  parametersHash: bytes32('parameters'),
  runtimeDigest: bytes32('runtime'),
  runId: ZERO_BYTES32,
}

const config = defaultMarketConfig(6)

const deal: Deal = {
  listing: bytes32('listing'),
  buyer: address('1'),
  n: 7n,
  market: bytes32('market'),
  asset: address('2'),
  maker: address('3'),
  operator: address('4'),
  datatrust: 1,
  price: 5_000_000n,
  makerBps: config.makerBps,
  operatorBps: config.operatorBps,
  curatorsBps: config.curatorsBps,
  failureBps: config.failureBps,
  compensation: 0n,
  kind: 'compute',
  placeBy: NOW + HOUR,
  fulfilWithin: HOUR,
  window: config.disputeWindowSeconds,
  arbiter: ZERO_ADDRESS,
  ackKey: ZERO_ADDRESS,
}

const expected: QuoteExpectation = {
  listing: deal.listing,
  buyer: deal.buyer,
  n: deal.n,
  kind: 'compute',
  recipientKey: goods.recipientKey,
  algorithm: goods.algorithm,
  parametersHash: goods.parametersHash,
  runtimeDigests: [bytes32('another runtime'), goods.runtimeDigest],
  arbiters: [address('7')],
  record: {
    listing: deal.listing,
    maker: deal.maker,
    datatrust: 1,
    market: deal.market,
    termsHash: goods.termsHash,
    prices: { compute: deal.price },
    activeFrom: 0,
    exitAt: 0,
    heldUntil: 0,
    configVersion: 1,
  },
  asset: deal.asset,
  config,
  datatrust: {
    datatrust: 1,
    operator: address('5'),
    signer: address('6'),
    payout: deal.operator,
    asset: deal.asset,
    bond: 0n,
    unbonding: 0n,
    unbondedAt: 0,
    keyFingerprint: ZERO_BYTES32,
    url: '',
  },
  now: NOW,
}

function mismatchOf(run: () => void): string | undefined {
  try {
    run()
  } catch (error) {
    if (error instanceof QuoteMismatchError) return error.field
    throw error
  }
  return undefined
}

/** Another value of the same type. */
function altered(value: string | number | bigint): unknown {
  if (typeof value === 'bigint') return value + 1n
  if (typeof value === 'number') return value + 1
  return value.length === 42 ? address('9') : bytes32(`not ${value}`)
}

describe('a quote', () => {
  it('passes when every field is as asked and as the chain says', () => {
    expect(mismatchOf(() => verifyQuote({ deal, goods }, expected))).toBeUndefined()
  })

  const fixedFields = Object.keys(deal).filter((field) => !['kind', 'placeBy', 'fulfilWithin'].includes(field))
  it.each(fixedFields)('with another %s is refused by that name', (field) => {
    const changed = { ...deal, [field]: altered(deal[field as keyof Deal]) }
    expect(mismatchOf(() => verifyQuote({ deal: changed, goods }, expected))).toBe(`deal.${field}`)
  })

  it('of another kind is refused', () => {
    expect(mismatchOf(() => verifyQuote({ deal: { ...deal, kind: 'access' }, goods }, expected))).toBe('deal.kind')
  })

  it.each([
    ['placeBy', NOW - 1],
    ['placeBy', NOW + 8 * 24 * HOUR],
    ['fulfilWithin', 599],
    ['fulfilWithin', 7 * 24 * HOUR + 1],
  ])('with %s %i out of bounds is refused', (field, value) => {
    const changed = { ...deal, [field]: value }
    expect(mismatchOf(() => verifyQuote({ deal: changed, goods }, expected))).toBe(`deal.${field}`)
  })

  it.each(['termsHash', 'keyHash', 'recipientKey', 'algorithm', 'parametersHash', 'runtimeDigest', 'runId'])(
    'for other goods by %s is refused by that name',
    (field) => {
      const changed = { ...goods, [field]: bytes32('other') }
      expect(mismatchOf(() => verifyQuote({ deal, goods: changed }, expected))).toBe(`goods.${field}`)
    },
  )

  it('of a joint run names the run that was asked for', () => {
    const runId = bytes32('run')
    const quoted = (goodsOf: Partial<Goods>, wanted: Partial<QuoteExpectation>) =>
      mismatchOf(() => verifyQuote({ deal, goods: { ...goods, ...goodsOf } }, { ...expected, ...wanted }))
    expect(quoted({ runId }, { runId })).toBeUndefined()
    expect(quoted({ runId: bytes32('another run') }, { runId })).toBe('goods.runId')
    expect(quoted({}, { runId })).toBe('goods.runId')
  })

  it('may name an arbiter that the buyer accepts, for a run', () => {
    const arbitrated = { ...deal, arbiter: address('7') }
    expect(mismatchOf(() => verifyQuote({ deal: arbitrated, goods }, expected))).toBeUndefined()
    const access: Deal = { ...arbitrated, kind: 'access', window: 0 }
    const wanted: QuoteExpectation = {
      ...expected,
      kind: 'access',
      record: { ...expected.record, prices: { access: deal.price } },
    }
    expect(mismatchOf(() => verifyQuote({ deal: access, goods }, wanted))).toBe('deal.arbiter')
  })

  it('cannot be had for a service that has no price', () => {
    expect(() => verifyQuote({ deal, goods }, { ...expected, kind: 'access' })).toThrow(InvalidParameterError)
  })
})
