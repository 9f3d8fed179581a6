import { type ListingId, type OrderId, orderIdOf } from '@gristmill/protocol'
import { createSessionKey, type QuoteRunParams } from '@gristmill/sdk'
import { formatDuration } from '../duration.js'
import { type Io, leaveWord } from '../io.js'
import { moneyOf } from '../money.js'
import { PriceTooHighError } from '../money-errors.js'
import { note } from '../output.js'
import { planPayment, type Source } from '../payment.js'
import { step } from '../progress.js'
import type { Session } from '../session.js'

const PLACE_GAS = 170_000n

export interface PlaceRunParams extends Omit<QuoteRunParams, 'ackKey' | 'algorithmListing'> {
  algorithmListing?: ListingId | undefined
  /** An amount as the user wrote it: of all orders together. */
  maxPrice?: string | undefined
  from: Source
  /** What the command knows of the run beside its orders. */
  facts: Record<string, string | undefined>
}

export interface PlacedRun {
  orderIds: OrderId[]
  /** Of all orders together, formatted. */
  price: string
  /** Units of the token's decimals. */
  amount: bigint
}

/** Asks for the quotes of a joint run, shows what each order costs, and places all or none. */
export async function placeRun(io: Io, session: Session, params: PlaceRunParams): Promise<PlacedRun> {
  const { client } = session
  const { maxPrice, from, facts, algorithmListing, ...wish } = params
  const key = createSessionKey()
  const { quotes, price: amount } = await step(io, 'Asks for the quotes and checks them against the chain', () =>
    client.orders.quoteRun({ ...wish, ...(algorithmListing && { algorithmListing }), ackKey: key.address }),
  )
  const deals = quotes.map(({ deal }) => deal)
  const [first] = deals as [(typeof deals)[number]]
  const money = await moneyOf(client, first.asset)
  const price = money.format(amount)
  if (maxPrice !== undefined && amount > money.parse('--max-price', maxPrice)) {
    throw new PriceTooHighError(price, `${maxPrice} ${money.symbol}`)
  }
  const paid = await planPayment(io, session, { from, money, amount, module: 'orders' })
  const failure = `${Math.max(...deals.map(({ failureBps }) => failureBps)) / 100} %`
  await session.confirm({
    title: `Order a run over ${quotes.length} listings`,
    facts: {
      ...Object.fromEntries(
        deals.map(({ listing, maker, price: part }, index) => [
          `order ${index + 1}`,
          `${money.format(part)} to ${maker} for ${listing === algorithmListing ? 'the algorithm' : 'a run on'} ${listing}`,
        ]),
      ),
      price,
      'comes within': `${formatDuration(first.fulfilWithin)}, or the prices can be taken back an hour later`,
      'a failed run': `costs ${failure} of it`,
      'the model': `is paid once it is here; if you do not fetch it in time, ${failure} of the price are due and it is gone`,
      ...facts,
    },
    moves: [{ money, amount, from, to: 'escrow' }],
    signatures: paid.signatures,
    transactions: [
      ...paid.transactions,
      {
        contract: 'orders',
        function: 'placeMany',
        args: { quotes: deals.map(({ listing, n, price: part }) => ({ deal: { listing, n, price: part } })) },
        typicalGas: PLACE_GAS * BigInt(quotes.length),
      },
    ],
    irreversible: `The prices are paid out ${formatDuration(first.window)} after the model can be read, unless a byte of it is proved wrong.`,
  })
  await paid.prepare()
  for (const { listing, buyer, n } of deals) await session.sessionKeys.keep(orderIdOf(listing, buyer, n), key)
  const { payment } = paid
  const { orderIds } = await step(io, 'Places the orders', () => client.orders.placeMany({ quotes, payment }))
  for (const orderId of orderIds) note(io, `Placed order ${orderId}`)
  leaveWord(io, `The orders of the run are placed and paid: go on with gristmill download ${orderIds[0]} --out FILE`)
  return { orderIds, price, amount }
}
