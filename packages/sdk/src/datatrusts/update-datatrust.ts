import type { Address, DatatrustId, Hex } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'

/** What `client.datatrusts.update` takes. */
export interface UpdateDatatrustParams {
  datatrust: DatatrustId
  signer: Address
  payout: Address
  keyFingerprint: Hex
  url: string
}

/** What `client.datatrusts.update` gives. */
export interface UpdateDatatrustResult {
  receipt: ContractTransactionReceipt
}

/** Replaces signer, payout, key and URL; its operator only. Orders already placed keep their payout. */
export async function updateDatatrust(
  connection: Connection,
  params: UpdateDatatrustParams,
): Promise<UpdateDatatrustResult> {
  const { datatrust, signer, payout, keyFingerprint, url } = params
  const update = connection.contracts.datatrusts.update
  return { receipt: await send(connection, update, datatrust, signer, payout, keyFingerprint, url) }
}
