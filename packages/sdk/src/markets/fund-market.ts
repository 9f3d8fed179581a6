import type { MarketId } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { chainTime } from '../chain/chain-time.js'
import { eventOf } from '../chain/events-of.js'
import { onChain } from '../chain/on-chain.js'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'
import { type PaymentMethod, toPayment } from '../payment/to-payment.js'
import { assetOf } from './asset-of.js'
import { DEADLINE_SECONDS, withSlippage } from './slippage.js'

export interface FundMarketParams {
  market: MarketId
  /** Units of the asset's decimals. */
  amount: bigint
  payment: PaymentMethod
  /** Fewest shares accepted, 18 decimals; default: half a percent under what `quoteFund` says now. */
  minShares?: bigint
  /** Unix seconds; default: twenty minutes from now. */
  deadline?: number
}

/** How the amount was divided: `toUnlocked + toLocked + tribute` = `amount`, units of the asset's decimals. */
export interface FundMarketResult {
  /** 18 decimals. */
  shares: bigint
  amount: bigint
  toUnlocked: bigint
  toLocked: bigint
  tribute: bigint
  receipt: ContractTransactionReceipt
}

/** Buys shares of a market. */
export async function fundMarket(connection: Connection, params: FundMarketParams): Promise<FundMarketResult> {
  const { markets } = connection.contracts
  const { market, amount } = params
  const token = await assetOf(connection, market)
  const minShares = params.minShares ?? withSlippage((await quoteFund(connection, { market, amount })).shares)
  const deadline = params.deadline ?? (await chainTime(connection)) + DEADLINE_SECONDS
  const spender = connection.deployment.markets
  const payment = await toPayment(connection, { method: params.payment, token, spender, amount })
  const receipt = await send(connection, markets.fund, market, amount, minShares, deadline, payment)
  const { shares, toUnlocked, toLocked, tribute } = eventOf(markets, markets.getEvent('Funded'), receipt)
  return { shares, amount, toUnlocked, toLocked, tribute, receipt }
}

export interface QuoteFundParams {
  market: MarketId
  /** Units of the asset's decimals. */
  amount: bigint
}

export interface FundQuote {
  /** 18 decimals. */
  shares: bigint
  toUnlocked: bigint
  toLocked: bigint
  tribute: bigint
}

/** Shares that funding would give now, and how the amount would be divided. */
export async function quoteFund(connection: Connection, params: QuoteFundParams): Promise<FundQuote> {
  const quote = await onChain(() => connection.contracts.markets.quoteFund(params.market, params.amount))
  const { shares, toUnlocked, toLocked, tribute } = quote
  return { shares, toUnlocked, toLocked, tribute }
}
