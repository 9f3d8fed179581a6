import { mulDivDown, mulDivUp } from '@gristmill/curve'
import { type MarketId, SHARE_UNIT } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { asOfOneBlock } from '../chain/as-of-one-block.js'
import { chainTime } from '../chain/chain-time.js'
import { eventOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'
import { InvalidParameterError } from '../errors/connection-errors.js'
import { PriceAboveMaximumError } from '../errors/market-errors.js'
import { type PaymentMethod, toPayment } from '../payment/to-payment.js'
import { assetOf } from './asset-of.js'
import { DEADLINE_SECONDS, withSlippage } from './slippage.js'

/** What `client.markets.fund` takes. */
export interface FundMarketParams {
  market: MarketId
  /** Units of the asset's decimals. */
  amount: bigint
  payment: PaymentMethod
  /** Fewest shares accepted, 18 decimals; default: half a percent under what `quoteFund` says now. */
  minShares?: bigint
  /** Instead of `minShares`: highest mean price accepted, asset units per 1e18 share units. */
  maxPrice?: bigint
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

/** Buys shares of a market. Throws `PriceAboveMaximumError` before anything is sent if `maxPrice` is too low by now. */
export async function fundMarket(connection: Connection, params: FundMarketParams): Promise<FundMarketResult> {
  const { markets } = connection.contracts
  const { market, amount } = params
  const token = await assetOf(connection, market)
  const minShares = await minSharesOf(connection, params)
  const deadline = params.deadline ?? (await chainTime(connection)) + DEADLINE_SECONDS
  const spender = connection.deployment.markets
  const payment = await toPayment(connection, { method: params.payment, token, spender, amount })
  const receipt = await send(connection, markets.fund, market, amount, minShares, deadline, payment)
  const { shares, toUnlocked, toLocked, tribute } = eventOf(markets, markets.getEvent('Funded'), receipt)
  return { shares, amount, toUnlocked, toLocked, tribute, receipt }
}

async function minSharesOf(connection: Connection, params: FundMarketParams): Promise<bigint> {
  const { minShares, maxPrice, market, amount } = params
  if (minShares !== undefined && maxPrice !== undefined) {
    throw new InvalidParameterError('minShares', 'says the same as maxPrice: pass one of them.')
  }
  if (minShares !== undefined) return minShares
  const least = maxPrice === undefined ? undefined : sharesAtPrice({ amount, maxPrice })
  const { shares } = await quoteFund(connection, { market, amount })
  if (least === undefined) return withSlippage(shares)
  if (shares < least) throw new PriceAboveMaximumError({ market, amount, maxPrice: maxPrice as bigint, shares })
  return least
}

/** Fewest shares (18 decimals) that cost no more than `maxPrice` (asset units per 1e18 share units) on the mean. */
export function sharesAtPrice({ amount, maxPrice }: { amount: bigint; maxPrice: bigint }): bigint {
  if (maxPrice <= 0n) throw new InvalidParameterError('maxPrice', 'is above zero.')
  return mulDivUp(amount, SHARE_UNIT, maxPrice)
}

/** What `client.markets.quoteFund` takes. */
export interface QuoteFundParams {
  market: MarketId
  /** Units of the asset's decimals. */
  amount: bigint
}

/** What an amount would buy now, by the chain's present state. */
export interface FundQuote {
  /** 18 decimals; 0: too little money for a share unit, `fund` would be refused. */
  shares: bigint
  toUnlocked: bigint
  toLocked: bigint
  tribute: bigint
  /** What redeeming these shares at once would give back, rounded down; less than the amount. */
  redeemable: bigint
}

/** Shares that funding would give now, and how the amount would be divided; units of the asset's decimals. */
export async function quoteFund(connection: Connection, { market, amount }: QuoteFundParams): Promise<FundQuote> {
  const { markets } = connection.contracts
  return asOfOneBlock(connection, async () => {
    const [quote, { unlocked, supply }] = await Promise.all([
      markets.quoteFund(market, amount),
      markets.reserveOf(market),
    ])
    const { shares, toUnlocked, toLocked, tribute } = quote
    const redeemable = mulDivDown(shares, unlocked + toUnlocked, supply + shares)
    return { shares, toUnlocked, toLocked, tribute, redeemable }
  })
}
