import { dealToChain, goodsHash, type OrderId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import type { Source } from '../payment.js'
import { openSession } from '../session.js'
import { openPoll, pollMarketOf, requireEvidence } from './open-poll.js'

const DISPUTE_GAS = 500_000n

export interface DisputeRunOptions {
  because: string
  from: Source
}

/** Has the share holders decide about a run whose deal names them as arbiter. */
export async function disputeRun(
  io: Io,
  command: Command,
  id: string,
  { because: evidence, from }: DisputeRunOptions,
): Promise<void> {
  const orderId = parseId('order', id) as OrderId
  requireEvidence(evidence)
  await using session = await openSession(io, command)
  const { client } = session
  const { deal, goods } = await client.orders.get({ orderId })
  const { market, money } = await pollMarketOf(client, deal.market)
  await openPoll(io, command, session, {
    market,
    money,
    from,
    poll: {
      title: `Dispute the run of order ${orderId}`,
      subject: { order: orderId },
      facts: { because: evidence, price: money.format(deal.price), datatrust: String(deal.datatrust) },
      ifPassed: 'the price comes back, with 90 % of the bond',
      irreversible: 'A dispute cannot be taken back; what you write stays on the chain.',
      call: {
        function: 'dispute',
        args: { deal: dealToChain(deal), goodsHash: goodsHash(goods), evidence },
        typicalGas: DISPUTE_GAS,
      },
      open: (payment) => client.curation.dispute({ orderId, evidence, payment }),
    },
  })
}
