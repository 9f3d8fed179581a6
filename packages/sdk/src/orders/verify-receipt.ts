import {
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
import { type DatatrustSigner, findSigner } from '../datatrusts/find-signer.js'
import { getDatatrust } from '../datatrusts/get-datatrust.js'
import { ReceiptMismatchError } from '../errors/mismatch-errors.js'

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
 * the address that signed. What a former signer signed counts as long as the datatrust answers for it, and for good once the
 * chain holds it: then it is the datatrust that put it there.
 */
export async function verifyReceipt(connection: Connection, params: VerifyReceiptParams): Promise<DatatrustSigner> {
  const { orderId, datatrust, goods, receipt, deliveryHash, signature } = params
  checkReceipt(orderId, goods, receipt)
  const hash = receiptHash(receipt)
  if (deliveryHash !== undefined && hash !== deliveryHash)
    throw new ReceiptMismatchError(orderId, 'deliveryHash', deliveryHash, hash)
  const domain = { chainId: connection.chainId, verifyingContract: connection.deployment.orders }
  const digest = typedDataDigest(receiptTypedData(domain, receipt))
  const found = await findSigner(connection, { datatrust, digest, signature })
  if (found !== undefined && (found.isAnsweredFor || deliveryHash !== undefined)) return found
  const { signer } = await getDatatrust(connection, { datatrust })
  const actual =
    found === undefined
      ? 'one by somebody else'
      : `one by ${found.signer}, for whom it answered until ${new Date(1_000 * (found.answersUntil ?? 0)).toISOString()}`
  throw new ReceiptMismatchError(orderId, 'signature', `one by ${signer}`, actual)
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
