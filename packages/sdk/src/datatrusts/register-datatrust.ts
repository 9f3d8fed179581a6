import type { Address, DatatrustId, Hex } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { eventOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'

/** What `client.datatrusts.register` takes. */
export interface RegisterDatatrustParams {
  /** Signs quotes, attestations and receipts, and sends fulfilments. */
  signer: Address
  /** Credited for orders. */
  payout: Address
  /** ERC-20 of the bond; markets of another asset do not accept the datatrust. */
  asset: Address
  /** Of the OpenPGP v6 key under which assets are stored. */
  keyFingerprint: Hex
  /** Base URL of its HTTP API, at most 256 bytes. */
  url: string
}

/** What `client.datatrusts.register` gives. */
export interface RegisterDatatrustResult {
  datatrust: DatatrustId
  receipt: ContractTransactionReceipt
}

/** Registers the client's account as operator of a new datatrust. */
export async function registerDatatrust(
  connection: Connection,
  params: RegisterDatatrustParams,
): Promise<RegisterDatatrustResult> {
  const { datatrusts } = connection.contracts
  const { signer, payout, asset, keyFingerprint, url } = params
  const receipt = await send(connection, datatrusts.register, signer, payout, asset, keyFingerprint, url)
  const event = eventOf(datatrusts, datatrusts.getEvent('DatatrustRegistered'), receipt)
  return { datatrust: Number(event.datatrust), receipt }
}
