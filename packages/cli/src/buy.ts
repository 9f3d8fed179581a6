import type { Hex, Kind, ListingId, OrderId, Parameters } from '@gristmill/protocol'
import { ArgumentError, NotEnoughMoneyError, PriceTooHighError } from './cli-errors.js'
import type { Io } from './io.js'
import { type Money, moneyOf } from './money.js'
import { note } from './output.js'
import type { Session } from './session.js'

export interface BuyParams {
  listing: ListingId
  kind: Kind
  /** For compute. */
  algorithm?: Hex
  parameters?: Parameters
  /** An amount as the user wrote it. */
  maxPrice?: string | undefined
  /** `wallet` or `vault`, as the user wrote it. */
  from: string
}

export interface Bought {
  orderId: OrderId
  /** Formatted. */
  price: string
  /** Units of the token's decimals. */
  amount: bigint
}

/** Asks for a quote, looks whether it can and may be paid, and places the order. */
export async function buy(io: Io, session: Session, params: BuyParams): Promise<Bought> {
  const { client } = session
  const { maxPrice, from, ...wish } = params
  if (from !== 'wallet' && from !== 'vault') throw new ArgumentError('--from', `${from} is neither wallet nor vault.`)
  const { publicKey } = await session.openpgp()
  const quote = await client.orders.quote({ ...wish, recipientPublicKey: publicKey })
  const { price: amount, asset } = quote.deal
  const money = await moneyOf(client, asset)
  const price = money.format(amount)
  if (maxPrice !== undefined && amount > money.parse('--max-price', maxPrice)) {
    throw new PriceTooHighError(price, `${maxPrice} ${money.symbol}`)
  }
  await requireMoney(io, session, money, { amount, from })
  if (from === 'vault') await authorizeOnce(io, session)
  const payment = from === 'vault' ? 'vault' : 'permit'
  const { orderId } = await client.orders.place({ quote, payment })
  note(io, `Placed order ${orderId}`)
  return { orderId, price, amount }
}

async function requireMoney(
  io: Io,
  { client }: Session,
  money: Money,
  { amount, from }: { amount: bigint; from: 'wallet' | 'vault' },
): Promise<void> {
  const { wallet, vault } = await client.vault.balance({ token: money.token })
  const price = money.format(amount)
  note(io, `Price ${price}; you have ${money.format(wallet)} in the wallet and ${money.format(vault)} in the Vault.`)
  if ({ wallet, vault }[from] < amount) {
    throw new NotEnoughMoneyError(price, money.format(wallet), money.format(vault))
  }
}

async function authorizeOnce(io: Io, { client, account }: Session): Promise<void> {
  if (await client.contracts.vault.isOperator(account, client.deployment.orders)) return
  note(io, 'Lets the Orders contract take payments from your Vault balance.')
  await client.vault.authorize({ module: 'orders' })
}
