import { mulDivDown } from '@gristmill/curve'
import type { Address, MarketId } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { asOfOneBlock } from '../chain/as-of-one-block.js'
import { chainTime } from '../chain/chain-time.js'
import { eventOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import { type Connection, requireSigner } from '../connection.js'
import { DEADLINE_SECONDS, withSlippage } from './slippage.js'

/** What `client.markets.redeem` takes. */
export interface RedeemSharesParams {
  market: MarketId
  /** 18 decimals. */
  shares: bigint
  /** Least money accepted, asset units; default: half a percent under what `quoteRedeem` says now. */
  minAmount?: bigint
  /** Unix seconds; default: twenty minutes from now. */
  deadline?: number
  /** Credited in the Vault; default: the client's account. */
  to?: Address
}

/** What `client.markets.redeem` gives. */
export interface RedeemSharesResult {
  /** Credited in the Vault, units of the asset's decimals. */
  amount: bigint
  receipt: ContractTransactionReceipt
}

/** Burns shares for their part of the unlocked reserve. */
export async function redeemShares(connection: Connection, params: RedeemSharesParams): Promise<RedeemSharesResult> {
  const { account } = requireSigner(connection)
  const { markets } = connection.contracts
  const { market, shares, to = account } = params
  const minAmount = params.minAmount ?? withSlippage((await quoteRedeem(connection, { market, shares })).amount)
  const deadline = params.deadline ?? (await chainTime(connection)) + DEADLINE_SECONDS
  const receipt = await send(connection, markets.redeem, market, shares, minAmount, deadline, to)
  return { amount: eventOf(markets, markets.getEvent('Redeemed'), receipt).amount, receipt }
}

/** What `client.markets.quoteRedeem` takes. */
export interface QuoteRedeemParams {
  market: MarketId
  /** 18 decimals. */
  shares: bigint
}

/** What leaving now gives, and what it leaves behind; units of the asset's decimals. */
export interface RedeemQuote {
  /** Credited in the Vault. */
  amount: bigint
  /** The shares' part of locked revenue, which goes to those who stay, rounded down. */
  lockedLeft: bigint
  /** The shares' part of what orders in escrow may still bring to the reserve, rounded down. */
  pendingLeft: bigint
  /** Unix seconds at which the locked revenue is all unlocked. */
  dripEnd: number
}

/** Money that redeeming would give now, and what would stay behind. */
export function quoteRedeem(connection: Connection, { market, shares }: QuoteRedeemParams): Promise<RedeemQuote> {
  const { markets } = connection.contracts
  return asOfOneBlock(connection, async () => {
    const [amount, reserve] = await Promise.all([markets.quoteRedeem(market, shares), markets.reserveOf(market)])
    const { locked, pending, supply } = reserve
    return {
      amount,
      lockedLeft: mulDivDown(shares, locked, supply),
      pendingLeft: mulDivDown(shares, pending, supply),
      dripEnd: Number(reserve.dripEnd),
    }
  })
}
