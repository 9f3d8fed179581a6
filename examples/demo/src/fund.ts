import type { MarketId } from '@gristmill/protocol'
import type { Stage } from './stage.js'
import { money, shares, type Transcript } from './transcript.js'

const AMOUNT = 5_000_000_000n

/** A patron buys shares: they own a part of the reserve, into which every sale pays. */
export async function fund({ clients }: Stage, market: MarketId, transcript: Transcript): Promise<bigint> {
  const funded = await clients.patron.markets.fund({ market, amount: AMOUNT, payment: 'permit' })
  transcript.step('Fund', 'A patron buys shares of the market: a claim on its reserve, into which every sale pays.')
  transcript.fact('paid', `${money(AMOUNT)} for ${shares(funded.shares)} shares`)
  transcript.fact(
    'of which',
    `${money(funded.toUnlocked + funded.toLocked)} reserve, ${money(funded.tribute)} bounty for makers`,
  )
  return funded.shares
}
