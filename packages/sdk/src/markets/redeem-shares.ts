import type { Address, MarketId } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { chainTime } from '../chain/chain-time.js'
import { eventOf } from '../chain/events-of.js'
import { onChain } from '../chain/on-chain.js'
import { send } from '../chain/send.js'
import { type Connection, requireSigner } from '../connection.js'
import { DEADLINE_SECONDS, withSlippage } from './slippage.js'

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
  const minAmount = params.minAmount ?? withSlippage(await quoteRedeem(connection, { market, shares }))
  const deadline = params.deadline ?? (await chainTime(connection)) + DEADLINE_SECONDS
  const receipt = await send(connection, markets.redeem, market, shares, minAmount, deadline, to)
  return { amount: eventOf(markets, markets.getEvent('Redeemed'), receipt).amount, receipt }
}

export interface QuoteRedeemParams {
  market: MarketId
  /** 18 decimals. */
  shares: bigint
}

/** Money that redeeming would give now, units of the asset's decimals. */
export function quoteRedeem(connection: Connection, params: QuoteRedeemParams): Promise<bigint> {
  return onChain(() => connection.contracts.markets.quoteRedeem(params.market, params.shares))
}
