import { HOUR, type MarketId } from '@gristmill/protocol'
import type { Published } from './publish.js'
import type { Stage } from './stage.js'
import { money, type Transcript } from './transcript.js'

/** What the sales brought drips into the reserve; then maker, datatrust and patron take their money home. */
export async function leave(
  { clients, localnet, token }: Stage,
  market: MarketId,
  shares: bigint,
  { access, compute }: Published,
  transcript: Transcript,
): Promise<void> {
  const flushed = []
  for (const listing of [access, compute]) flushed.push((await clients.patron.signals.flush({ listing })).amount)
  await localnet.advance(HOUR + 1)
  transcript.step('Leave', 'An hour passes on the chain; what the sales brought has dripped into the reserve.')
  transcript.fact(
    'curators',
    `${money(flushed.reduce((sum, amount) => sum + amount, 0n))} booked as the market's revenue`,
  )
  const { amount } = await clients.patron.markets.redeem({ market, shares })
  transcript.fact('patron', `redeems all shares for ${money(amount)}`)
  for (const actor of ['maker', 'operator', 'patron'] as const) {
    const { vault } = await clients[actor].vault.balance({ token })
    await clients[actor].vault.withdraw({ token, amount: vault })
    transcript.fact(actor === 'operator' ? 'datatrust' : actor, `withdraws ${money(vault)} to the wallet`)
  }
}
