import {
  type Address,
  type DomainParams,
  type Goods,
  goodsHash,
  type Hex,
  type OrderId,
  ProtocolError,
  type Receipt,
  receiptSchema,
  receiptTypedData,
  type TypedData,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import { getAddress, type Signer, verifyTypedData } from 'ethers'
import type { RunResult } from './run/run.js'

/** A signature is not by whom it should be. */
export class SignatureError extends ProtocolError {
  readonly code = 'BAD_SIGNATURE'

  constructor(what: string, expected: Address, actual: string | undefined) {
    super(`the ${what} is not signed by ${expected}; ask that account to sign it for this chain and contract`, {
      details: { what, expected, actual: actual ?? null },
    })
  }
}

/** What `receiptOf` takes. */
export interface ReceiptParams {
  orderId: OrderId
  /** The data side of the order. */
  goods: Goods
  result: Omit<RunResult, 'privateLog' | 'salt' | 'released' | 'metrics'>
  /** RFC 9162 tree hash over the model's blinded cells; zero (the default) if nothing is released. */
  releasedRoot?: Hex
  /** Of the run's statement. */
  provenanceHash: Hex
}

/** The receipt of a run, to be signed and posted with the key of its model, or alone. */
export function receiptOf(params: ReceiptParams): Receipt {
  const { orderId, goods, result, releasedRoot = ZERO_BYTES32, provenanceHash } = params
  return receiptSchema.parse({
    orderId,
    goodsHash: goodsHash(goods),
    rawOutputHash: result.rawOutputHash,
    releasedHash: result.releasedHash,
    releasedRoot,
    provenanceHash,
    releasedBytes: BigInt(result.releasedBytes),
    leakBits: BigInt(result.leakBits),
    fuel: result.fuel,
    verdict: result.verdict,
  })
}

/** Signature (EIP-712) of a datatrust under a receipt. */
export async function signReceipt(signer: Signer, domain: DomainParams, receipt: Receipt): Promise<Hex> {
  const { domain: separator, types, value } = receiptTypedData(domain, receipt)
  return (await signer.signTypedData(separator, types, value)) as Hex
}

/** Throws SignatureError unless `signer`, an account with a key of its own, signed the receipt. */
export function verifyReceipt(domain: DomainParams, receipt: Receipt, signature: Hex, signer: Address): void {
  requireSigned('receipt', receiptTypedData(domain, receipt), signature, signer)
}

/** Throws SignatureError unless `signer` signed the typed data with its own key. */
export function requireSigned(what: string, typedData: TypedData, signature: Hex, signer: Address): void {
  const actual = recover(typedData, signature)
  if (actual !== getAddress(signer)) throw new SignatureError(what, signer, actual)
}

/** Who signed, or undefined for bytes that are no signature. */
function recover({ domain, types, value }: TypedData, signature: Hex): string | undefined {
  try {
    return verifyTypedData(domain, types, value, signature)
  } catch {
    return undefined
  }
}
