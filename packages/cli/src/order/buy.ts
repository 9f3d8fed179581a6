import type { Hex, Kind, ListingId, OrderId, Parameters } from '@gristmill/protocol'
import { PriceTooHighError } from '../cli-errors.js'
import { type Io, leaveWord } from '../io.js'
import { moneyOf } from '../money.js'
import { note } from '../output.js'
import type { PlannedTransaction } from '../plan/plan.js'
import { step } from '../progress.js'
import type { Session } from '../session.js'

const PLACE_GAS = 200_000n
const SET_OPERATOR_GAS = 50_000n

export interface BuyParams {
  listing: ListingId
  kind: Kind
  /** For compute. */
  algorithm?: Hex
  parameters?: Parameters
  /** An amount as the user wrote it. */
  maxPrice?: string | undefined
  from: 'wallet' | 'vault'
}

export interface Bought {
  orderId: OrderId
  /** Formatted. */
  price: string
  /** Units of the token's decimals. */
  amount: bigint
}

/** Asks for a quote, shows what it costs, and places the order. */
export async function buy(io: Io, session: Session, params: BuyParams): Promise<Bought> {
  const { client, account } = session
  const { maxPrice, from, ...wish } = params
  const { publicKey } = await session.openpgp()
  const quote = await client.orders.quote({ ...wish, recipientPublicKey: publicKey })
  const { price: amount, asset, listing, n } = quote.deal
  const money = await moneyOf(client, asset)
  const price = money.format(amount)
  if (maxPrice !== undefined && amount > money.parse('--max-price', maxPrice)) {
    throw new PriceTooHighError(price, `${maxPrice} ${money.symbol}`)
  }
  const operator = client.deployment.orders
  const authorizes = from === 'vault' && !(await client.contracts.vault.isOperator(account, operator))
  const setOperator: PlannedTransaction = {
    contract: 'vault',
    function: 'setOperator',
    args: { operator, approved: true },
    typicalGas: SET_OPERATOR_GAS,
  }
  const place: PlannedTransaction = {
    contract: 'orders',
    function: 'place',
    args: { quote: { deal: { listing, n, price: amount } } },
    typicalGas: PLACE_GAS,
  }
  await session.confirm({
    title: params.kind === 'access' ? 'Buy data' : 'Order a run',
    facts: { listing, price, maker: quote.deal.maker },
    moves: [{ money, amount, from, to: 'escrow' }],
    ...(from === 'wallet' && amount > 0n ? { signatures: ['Permit'] } : {}),
    transactions: authorizes ? [setOperator, place] : [place],
    irreversible: 'Once it is delivered the price is paid out; if it is not delivered in time it can be taken back.',
  })
  if (authorizes)
    await step(io, 'Lets Orders take payments from your Vault balance', () =>
      client.vault.authorize({ module: 'orders' }),
    )
  const payment = from === 'vault' ? 'vault' : 'permit'
  const { orderId } = await step(io, 'Places the order', () => client.orders.place({ quote, payment }))
  note(io, `Placed order ${orderId}`)
  leaveWord(io, `Order ${orderId} is placed and paid: go on with gristmill order collect ${orderId} --out FILE`)
  return { orderId, price, amount }
}
