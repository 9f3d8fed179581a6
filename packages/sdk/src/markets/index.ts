import type { Connection } from '../connection.js'
import { type AddRevenueParams, addRevenue } from './add-revenue.js'
import { type CreateMarketParams, createMarket } from './create-market.js'
import { type FundMarketParams, fundMarket, type QuoteFundParams, quoteFund } from './fund-market.js'
import { type GetMarketParams, getMarket } from './get-market.js'
import { type ListMarketsParams, listMarkets } from './list-markets.js'
import { type QuoteRedeemParams, quoteRedeem, type RedeemSharesParams, redeemShares } from './redeem-shares.js'
import { type SetConfigParams, setConfig } from './set-config.js'

/** The verbs of markets, bound to a connection. */
export function bindMarkets(connection: Connection) {
  return {
    create: (params: CreateMarketParams) => createMarket(connection, params),
    fund: (params: FundMarketParams) => fundMarket(connection, params),
    redeem: (params: RedeemSharesParams) => redeemShares(connection, params),
    addRevenue: (params: AddRevenueParams) => addRevenue(connection, params),
    setConfig: (params: SetConfigParams) => setConfig(connection, params),
    get: (params: GetMarketParams) => getMarket(connection, params),
    list: (params?: ListMarketsParams) => listMarkets(connection, params),
    quoteFund: (params: QuoteFundParams) => quoteFund(connection, params),
    quoteRedeem: (params: QuoteRedeemParams) => quoteRedeem(connection, params),
  }
}
