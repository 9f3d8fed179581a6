import type { DatatrustId } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { eventOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'
import { type PaymentMethod, toPayment } from '../payment/to-payment.js'
import { getDatatrust } from './get-datatrust.js'

/** What `client.datatrusts.bond` takes. */
export interface BondDatatrustParams {
  datatrust: DatatrustId
  /** Units of the asset's decimals. */
  amount: bigint
  payment: PaymentMethod
}

/** What `client.datatrusts.bond` gives. */
export interface BondDatatrustResult {
  amount: bigint
  /** All of it now, what is unbonding not counted. */
  bond: bigint
  receipt: ContractTransactionReceipt
}

/** Adds to the bond of a datatrust; anyone may. */
export async function bondDatatrust(connection: Connection, params: BondDatatrustParams): Promise<BondDatatrustResult> {
  const { datatrusts } = connection.contracts
  const { datatrust, amount } = params
  const { asset } = await getDatatrust(connection, { datatrust })
  const spender = connection.deployment.datatrusts
  const payment = await toPayment(connection, { method: params.payment, token: asset, spender, amount })
  const receipt = await send(connection, datatrusts.bond, datatrust, amount, payment)
  const event = eventOf(datatrusts, datatrusts.getEvent('Bonded'), receipt)
  return { amount: event.amount, bond: event.bond, receipt }
}
