import { MAX_AMOUNT, mulDivUp, pathOf } from '@gristmill/curve'
import { SHARE_UNIT } from '@gristmill/protocol'
import { isCallException } from 'ethers'
import { asOfOneBlock } from '../chain/as-of-one-block.js'
import type { Connection } from '../connection.js'
import { type FundQuote, type QuoteFundParams, quoteFund } from './fund-market.js'
import { type GetMarketParams, getMarket, type Market } from './get-market.js'

/** Points of a curve that is computed here, and of one that the chain is asked about point by point. */
const COMPUTED_POINTS = 64n
const ASKED_POINTS = 12n

/** What `client.markets.curve` takes. */
export interface GetCurveParams extends GetMarketParams {
  /** Of the purchase to look at, units of the asset's decimals. */
  amount?: bigint
}

/** Prices at a supply that the market may come to, asset units per 1e18 share units. */
export interface CurvePoint {
  /** 18 decimals. */
  supply: bigint
  /** What the next share would cost. */
  ask: bigint
  /** What a share would pay when redeemed. */
  bid: bigint
}

/** What a purchase would do now. */
export interface CurveTrade extends FundQuote {
  /** Units of the asset's decimals. */
  amount: bigint
  /** Mean price, asset units per 1e18 share units, rounded up; absent if the amount buys no share. */
  price?: bigint
  /** Supply afterwards, 18 decimals. */
  supply: bigint
  /** What the next share would cost then; absent if the curve is not one of the protocol's. */
  ask?: bigint
}

/** Where a market is on its curve. */
export interface MarketCurve {
  market: Market
  trade?: CurveTrade
  /**
   * By rising supply: from where half the shares are redeemed to where as many again are bought, or twice what the trade
   * buys. Of a curve that is not one of the protocol's: as far as the chain quotes it, from now on.
   */
  points: readonly CurvePoint[]
}

/** Where a market is on its curve, and what a purchase would do, as of one block. */
export function getCurve(connection: Connection, { market: id, amount }: GetCurveParams): Promise<MarketCurve> {
  return asOfOneBlock(connection, async () => {
    const market = await getMarket(connection, { market: id })
    const trade = amount === undefined ? undefined : await tradeOf(connection, market, amount)
    const points = market.curveName === undefined ? await askPoints(connection, market) : computePoints(market, trade)
    return trade === undefined ? { market, points } : { market, trade, points }
  })
}

async function tradeOf(connection: Connection, market: Market, amount: bigint): Promise<CurveTrade> {
  const quote = await quoteFund(connection, { market: market.market, amount })
  const supply = market.reserve.supply + quote.shares
  const [after] = pathAt(market, [supply])
  return {
    amount,
    ...quote,
    ...(quote.shares === 0n ? {} : { price: mulDivUp(amount, SHARE_UNIT, quote.shares) }),
    supply,
    ...(after === undefined ? {} : { ask: after.ask }),
  }
}

function computePoints(market: Market, trade: CurveTrade | undefined): CurvePoint[] {
  const { supply } = market.reserve
  const half = supply / 2n
  const low = half > SHARE_UNIT ? half : SHARE_UNIT
  const bought = 2n * (trade?.shares ?? 0n)
  const high = supply + (bought > supply ? bought : supply)
  const supplies = Array.from({ length: Number(COMPUTED_POINTS) }, (_, index) => {
    return low + ((high - low) * BigInt(index)) / (COMPUTED_POINTS - 1n)
  })
  return pathAt(market, [...supplies.filter((at) => at < supply), supply, ...supplies.filter((at) => at > supply)])
}

/** Empty if the curve is not one of the protocol's. */
function pathAt({ curveName: curve, p0, k, config, reserve }: Market, supplies: readonly bigint[]): CurvePoint[] {
  if (curve === undefined) return []
  const { spreadBps, dripSeconds } = config
  // The chain has accrued the drip to now already.
  return pathOf({ ...reserve, lastAccrual: 0 }, { curve, p0, k, spreadBps, dripSeconds }, { supplies, now: 0 })
}

/** Marginal prices between quotes for more and more money, up to about as many shares again. */
async function askPoints(connection: Connection, { market, reserve, prices }: Market): Promise<CurvePoint[]> {
  const { unlocked, locked, pending, supply } = reserve
  const { ask, bid } = prices
  const worth = unlocked + locked + pending
  const amounts = Array.from({ length: Number(ASKED_POINTS) }, (_, index) => {
    return (worth * BigInt(index + 1)) / ASKED_POINTS
  }).filter((amount) => amount > 0n && amount <= MAX_AMOUNT)
  const quotes = await Promise.all(amounts.map((amount) => sharesOrNothing(connection, { market, amount })))
  const points = ask === undefined ? [] : [{ supply, ask, bid }]
  let [paid, bought] = [0n, 0n]
  for (const [index, amount] of amounts.entries()) {
    const shares = quotes[index]
    // Such a curve may say anything: what it draws ends where it makes no sense.
    if (shares === undefined || shares <= bought) break
    const price = mulDivUp(amount - paid, SHARE_UNIT, shares - bought)
    points.push({ supply: supply + (bought + shares) / 2n, ask: price, bid })
    paid = amount
    bought = shares
  }
  return points
}

async function sharesOrNothing(
  { contracts: { markets } }: Connection,
  { market, amount }: QuoteFundParams,
): Promise<bigint | undefined> {
  try {
    return (await markets.quoteFund(market, amount)).shares
  } catch (error) {
    if (isCallException(error)) return undefined
    throw error
  }
}
