import {
  type Address,
  type Goods,
  goodsHash,
  type Hex,
  type OrderId,
  type Receipt,
  receiptHash,
  receiptTypedData,
  typedDataDigest,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import type { Connection } from '../connection.js'
import { getDatatrust } from '../datatrusts/get-datatrust.js'
import { ReceiptMismatchError } from '../errors/mismatch-errors.js'
import { verifySignature } from '../verify-signature.js'

export interface VerifyReceiptParams {
  orderId: OrderId
  datatrust: number
  goods: Goods
  /** What the chain holds, once it holds something. */
  deliveryHash?: Hex | undefined
  receipt: Receipt
  signature: Hex
}

/**
 * Throws ReceiptMismatchError unless the datatrust signed this receipt, for this order, and the chain holds no other. Gives
 * the address that signed.
 */
export async function verifyReceipt(connection: Connection, params: VerifyReceiptParams): Promise<Address> {
  const { orderId, goods, receipt, deliveryHash, signature } = params
  checkReceipt(orderId, goods, receipt)
  const hash = receiptHash(receipt)
  if (deliveryHash !== undefined && hash !== deliveryHash)
    throw new ReceiptMismatchError(orderId, 'deliveryHash', deliveryHash, hash)
  const domain = { chainId: connection.chainId, verifyingContract: connection.deployment.orders }
  const digest = typedDataDigest(receiptTypedData(domain, receipt))
  const { signer } = await getDatatrust(connection, { datatrust: params.datatrust })
  if (await verifySignature(connection.provider, { account: signer, digest, signature })) return signer
  throw new ReceiptMismatchError(orderId, 'signature', `one by ${signer}`, 'one by somebody else')
}

/** Throws ReceiptMismatchError if a receipt speaks of something else than was ordered, or its verdict belies what it releases. */
export function checkReceipt(orderId: OrderId, goods: Goods, receipt: Receipt): void {
  const expected = { orderId, goodsHash: goodsHash(goods) }
  for (const [field, value] of Object.entries(expected)) {
    const actual = receipt[field as keyof typeof expected]
    if (actual !== value) throw new ReceiptMismatchError(orderId, field, value, actual)
  }
  if ((receipt.verdict === 'OK') !== (receipt.releasedHash !== ZERO_BYTES32)) {
    throw new ReceiptMismatchError(orderId, 'releasedHash', `one that fits ${receipt.verdict}`, receipt.releasedHash)
  }
}
