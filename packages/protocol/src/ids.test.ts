import { keccak256 } from 'ethers'
import { describe, expect, it } from 'vitest'
import { listingIdOf, marketIdOf, orderIdOf } from './ids.js'

const market = `0x${'01'.repeat(32)}` as const
const who = `0x${'02'.repeat(20)}` as const
const padded = `${'00'.repeat(12)}${'02'.repeat(20)}`

describe('an id', () => {
  it('is the hash of its parent, its author and its author’s own number, in words of 32 bytes', () => {
    expect(marketIdOf(who, who, market)).toBe(keccak256(`0x${padded}${padded}${market.slice(2)}`))
    expect(listingIdOf(market, who, market)).toBe(keccak256(`0x${market.slice(2)}${padded}${market.slice(2)}`))
    expect(orderIdOf(market, who, 7n)).toBe(keccak256(`0x${market.slice(2)}${padded}${'7'.padStart(64, '0')}`))
  })
})
