import type { Address, DatatrustId } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { eventOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import { type Connection, requireSigner } from '../connection.js'

/** What `client.datatrusts.unbond` takes. */
export interface UnbondDatatrustParams {
  datatrust: DatatrustId
  /** Units of the asset's decimals. */
  amount: bigint
}

/** What `client.datatrusts.unbond` gives. */
export interface UnbondDatatrustResult {
  amount: bigint
  /** Unix seconds after which it may be withdrawn. */
  unbondedAt: number
  receipt: ContractTransactionReceipt
}

/** Starts unbonding; starting again restarts the wait for all that is unbonding. */
export async function unbondDatatrust(
  connection: Connection,
  params: UnbondDatatrustParams,
): Promise<UnbondDatatrustResult> {
  const { datatrusts } = connection.contracts
  const receipt = await send(connection, datatrusts.unbond, params.datatrust, params.amount)
  const event = eventOf(datatrusts, datatrusts.getEvent('UnbondingStarted'), receipt)
  return { amount: event.amount, unbondedAt: Number(event.unbondedAt), receipt }
}

/** What `client.datatrusts.withdrawBond` takes. */
export interface WithdrawBondParams {
  datatrust: DatatrustId
  /** Credited in the Vault; default: the client's account. */
  to?: Address
}

/** What `client.datatrusts.withdrawBond` gives. */
export interface WithdrawBondResult {
  /** Credited in the Vault, units of the asset's decimals. */
  amount: bigint
  receipt: ContractTransactionReceipt
}

/** Takes what has unbonded. */
export async function withdrawBond(connection: Connection, params: WithdrawBondParams): Promise<WithdrawBondResult> {
  const { account } = requireSigner(connection)
  const { datatrusts } = connection.contracts
  const receipt = await send(connection, datatrusts.withdrawBond, params.datatrust, params.to ?? account)
  return { amount: eventOf(datatrusts, datatrusts.getEvent('BondWithdrawn'), receipt).amount, receipt }
}
