import { type Hex, type Receipt, receiptTypedData } from '@gristmill/protocol'
import type { Context } from '../context.js'
import { signTypedData } from '../sign.js'

/** Signature (EIP-712) of the datatrust under the receipt of a run. */
export function signReceipt({ secrets, chain }: Context, receipt: Receipt): Promise<Hex> {
  return signTypedData(secrets.signer, receiptTypedData(chain.ordersDomain, receipt))
}
