export { accrue } from './accrue.js'
export { addBounty } from './add-bounty.js'
export { type AddRevenueParams, addRevenue } from './add-revenue.js'
export { type BookParams, book } from './book.js'
export { MAX_AMOUNT } from './bounds.js'
export { type CreateMarketParams, createMarket } from './create-market.js'
export type { Curve, CurveParams } from './curve.js'
export { CURVE_NAMES, CURVES, type CurveName } from './curves.js'
export {
  AmountOutOfRangeError,
  BalanceOutOfRangeError,
  CurveError,
  CurveOutOfRangeError,
  CurveParametersError,
  NoSharesError,
  SeedTooSmallError,
  SharesOutOfRangeError,
  TimeReversedError,
} from './errors.js'
export { type FundParams, type FundQuote, type FundResult, fund, quoteFund } from './fund.js'
export { isqrt } from './isqrt.js'
export type { MarketRules, MarketState } from './market-state.js'
export { mulDivDown, mulDivUp } from './mul-div.js'
export { type PathParams, type PathPoint, pathOf } from './path-of.js'
export { type MarketPrices, pricesOf } from './prices-of.js'
export { quoteRedeem, type RedeemParams, type RedeemResult, redeem } from './redeem.js'
export { type RewardResult, reward } from './reward.js'
