export { accrue } from './accrue.js'
export { type AddRevenueParams, addRevenue } from './add-revenue.js'
export { type BookParams, book } from './book.js'
export { type CreateMarketParams, createMarket } from './create-market.js'
export {
  AmountOutOfRangeError,
  BalanceOutOfRangeError,
  CurveError,
  CurveOutOfRangeError,
  NoSharesError,
  SeedTooSmallError,
  SharesOutOfRangeError,
  TimeReversedError,
} from './errors.js'
export { type FundParams, type FundQuote, type FundResult, fund, quoteFund } from './fund.js'
export { isqrt } from './isqrt.js'
export { type LinearCurveParams, linearCurve } from './linear-curve.js'
export type { MarketRules, MarketState } from './market-state.js'
export { mulDivDown, mulDivUp } from './mul-div.js'
export { type MarketPrices, pricesOf } from './prices-of.js'
export { quoteRedeem, type RedeemParams, type RedeemResult, redeem } from './redeem.js'
export { type RewardResult, reward } from './reward.js'
