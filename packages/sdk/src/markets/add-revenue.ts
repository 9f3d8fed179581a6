import type { MarketId } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { eventOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'
import { type PaymentMethod, toPayment } from '../payment/to-payment.js'
import { assetOf } from './asset-of.js'

/** What `client.markets.addRevenue` takes. */
export interface AddRevenueParams {
  market: MarketId
  /** Units of the asset's decimals. */
  amount: bigint
  payment: PaymentMethod
}

/** What `client.markets.addRevenue` gives. */
export interface AddRevenueResult {
  amount: bigint
  /** Unix seconds at which it is all unlocked. */
  dripEnd: number
  receipt: ContractTransactionReceipt
}

/** Gives money to a market as revenue: it drips into the reserve. */
export async function addRevenue(connection: Connection, params: AddRevenueParams): Promise<AddRevenueResult> {
  const { markets } = connection.contracts
  const { market, amount } = params
  const token = await assetOf(connection, market)
  const spender = connection.deployment.markets
  const payment = await toPayment(connection, { method: params.payment, token, spender, amount })
  const receipt = await send(connection, markets.addRevenue, market, amount, payment)
  const event = eventOf(markets, markets.getEvent('RevenueAdded'), receipt)
  return { amount: event.amount, dripEnd: Number(event.dripEnd), receipt }
}
