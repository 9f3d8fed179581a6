import { type Hex, type Kind, type ListingId, type OrderId, orderIdOf, type Parameters } from '@gristmill/protocol'
import { createSessionKey } from '@gristmill/sdk'
import { formatDuration } from '../duration.js'
import { type Io, leaveWord } from '../io.js'
import { moneyOf } from '../money.js'
import { PriceTooHighError } from '../money-errors.js'
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
  /** For data: as an OpenPGP message, on trust. */
  direct?: true | undefined
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
  const { maxPrice, from, also = {}, direct, ...wish } = params
  const key = direct === undefined ? createSessionKey() : undefined
  const mode =
    key === undefined
      ? { recipientPublicKey: (await session.openpgp()).publicKey, ...(direct === undefined ? {} : { direct }) }
      : { ackKey: key.address }
  const quote = await step(io, 'Asks for a quote and checks it against the chain', () =>
    client.orders.quote({ ...wish, ...mode }),
  )
  const { price: amount, asset, listing, buyer, n, maker, fulfilWithin, window, failureBps, compensation } = quote.deal
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
      'a wrong byte':
        key === undefined
          ? undefined
          : `is proved on chain at once: the price comes back with up to ${money.format(compensation)} of the datatrust's bond`,
      'a failed run': isRun ? `costs ${failureBps / 100} % of it` : undefined,
      'the model': isRun
        ? `is paid once it is here; if you do not fetch it in time, ${failureBps / 100} % of the price are due and it is gone`
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
    irreversible:
      key !== undefined
        ? `The price is paid out ${formatDuration(window)} after the ${isRun ? 'model' : 'data'} can be read, unless a byte of it is proved wrong.`
        : 'Once it is delivered the price is paid out; if it is not delivered in time it can be taken back.',
  })
  await paid.prepare()
  const { payment } = paid
  if (key !== undefined) await session.sessionKeys.keep(orderIdOf(listing, buyer, n), key)
  const { orderId } = await step(io, 'Places the order', () => client.orders.place({ quote, payment }))
  note(io, `Placed order ${orderId}`)
  leaveWord(io, `Order ${orderId} is placed and paid: go on with gristmill download ${orderId} --out FILE`)
  return { orderId, price, amount }
}
