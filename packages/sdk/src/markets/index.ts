import type { Connection } from '../connection.js'
import { type AddRevenueParams, addRevenue } from './add-revenue.js'
import { type CreateMarketParams, createMarket } from './create-market.js'
import { type FundMarketParams, fundMarket, type QuoteFundParams, quoteFund } from './fund-market.js'
import { type GetCurveParams, getCurve } from './get-curve.js'
import { type GetMarketParams, getMarket } from './get-market.js'
import { type GetPortfolioParams, getPortfolio } from './get-portfolio.js'
import { type ListMarketsParams, listMarkets } from './list-markets.js'
import { type QuoteRedeemParams, quoteRedeem, type RedeemSharesParams, redeemShares } from './redeem-shares.js'
import { type SetConfigParams, setConfig } from './set-config.js'

/** The verbs of markets, bound to a connection. */
export function bindMarkets(connection: Connection) {
  return {
    /** Creates a market and seeds its reserve. */
    create: (params: CreateMarketParams) => createMarket(connection, params),
    /** Buys shares of a market. */
    fund: (params: FundMarketParams) => fundMarket(connection, params),
    /** Burns shares for their part of the unlocked reserve. */
    redeem: (params: RedeemSharesParams) => redeemShares(connection, params),
    /** Gives money to a market as revenue: it drips into the reserve. */
    addRevenue: (params: AddRevenueParams) => addRevenue(connection, params),
    /** Schedules a new config; the market's admin only. */
    setConfig: (params: SetConfigParams) => setConfig(connection, params),
    /** Everything about a market, as of one block. */
    get: (params: GetMarketParams) => getMarket(connection, params),
    /** Where a market is on its curve, and what a purchase would do, as of one block. */
    curve: (params: GetCurveParams) => getCurve(connection, params),
    /** A page of the markets on the chain, the newest first. */
    list: (params?: ListMarketsParams) => listMarkets(connection, params),
    /** What a patron paid into markets, took out and still has there. */
    portfolio: (params?: GetPortfolioParams) => getPortfolio(connection, params),
    /** Shares that funding would give now, and how the amount would be divided; units of the asset's decimals. */
    quoteFund: (params: QuoteFundParams) => quoteFund(connection, params),
    /** Money that redeeming would give now, and what would stay behind. */
    quoteRedeem: (params: QuoteRedeemParams) => quoteRedeem(connection, params),
  }
}
