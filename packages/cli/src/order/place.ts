import type { Hex, Kind, ListingId, OrderId, Parameters } from '@gristmill/protocol'
import { PriceTooHighError } from '../cli-errors.js'
import { formatDuration } from '../duration.js'
import { type Io, leaveWord } from '../io.js'
import { moneyOf } from '../money.js'
import { note } from '../output.js'
import { planPayment, type Source } from '../payment.js'
import type { Plan } from '../plan/plan.js'
import { step } from '../progress.js'
import type { Session } from '../session.js'

const PLACE_GAS = 200_000n

export interface PlaceParams {
  listing: ListingId
  kind: Kind
  /** For compute. */
  algorithm?: Hex
  parameters?: Parameters
  /** An amount as the user wrote it. */
  maxPrice?: string | undefined
  from: Source
  /** Further facts, signatures and transactions of what the command does after the order. */
  also?: Pick<Plan, 'facts' | 'signatures'> & { transactions?: Plan['transactions'] }
}

export interface Placed {
  orderId: OrderId
  /** Formatted. */
  price: string
  /** Units of the token's decimals. */
  amount: bigint
}

/** Asks for a quote, shows what it costs, and places the order. */
export async function place(io: Io, session: Session, params: PlaceParams): Promise<Placed> {
  const { client } = session
  const { maxPrice, from, also = {}, ...wish } = params
  const { publicKey } = await session.openpgp()
  const quote = await step(io, 'Asks for a quote and checks it against the chain', () =>
    client.orders.quote({ ...wish, recipientPublicKey: publicKey }),
  )
  const { price: amount, asset, listing, n, maker, fulfilWithin, window, failureBps } = quote.deal
  const money = await moneyOf(client, asset)
  const price = money.format(amount)
  if (maxPrice !== undefined && amount > money.parse('--max-price', maxPrice)) {
    throw new PriceTooHighError(price, `${maxPrice} ${money.symbol}`)
  }
  const paid = await planPayment(io, session, { from, money, amount, module: 'orders' })
  const isRun = params.kind === 'compute'
  await session.confirm({
    title: isRun ? 'Order a run' : 'Buy data',
    facts: {
      listing,
      price,
      maker,
      'comes within': `${formatDuration(fulfilWithin)}, or the price can be taken back an hour later`,
      'a failed run': isRun ? `costs ${failureBps / 100} % of it` : undefined,
      'the model': isRun
        ? `is paid once you accept it; after ${formatDuration(window)} without that, only ${failureBps / 100} % are`
        : undefined,
      ...also.facts,
    },
    moves: [{ money, amount, from, to: 'escrow' }],
    signatures: [...paid.signatures, ...(also.signatures ?? [])],
    transactions: [
      ...paid.transactions,
      {
        contract: 'orders',
        function: 'place',
        args: { quote: { deal: { listing, n, price: amount } } },
        typicalGas: PLACE_GAS,
      },
      ...(also.transactions ?? []),
    ],
    irreversible: isRun
      ? 'If nothing comes in time the price can be taken back.'
      : 'Once it is delivered the price is paid out; if it is not delivered in time it can be taken back.',
  })
  await paid.prepare()
  const { payment } = paid
  const { orderId } = await step(io, 'Places the order', () => client.orders.place({ quote, payment }))
  note(io, `Placed order ${orderId}`)
  leaveWord(io, `Order ${orderId} is placed and paid: go on with gristmill download ${orderId} --out FILE`)
  return { orderId, price, amount }
}
