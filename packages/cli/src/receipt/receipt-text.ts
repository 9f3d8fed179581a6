import { type OrderId, receiptHash, ZERO_BYTES32 } from '@gristmill/protocol'
import type { VerifiedReceipt } from '@gristmill/sdk'

/** What a receipt says, for people. */
export function receiptFields(orderId: OrderId, { receipt, provenance, deal, signer }: VerifiedReceipt) {
  const { buildDefinition, runDetails } = provenance.predicate
  const { externalParameters, resolvedDependencies } = buildDefinition
  const [data, , runtime, policy] = resolvedDependencies
  const { position, bits, epsilonMicros } = runDetails.byproducts[1].annotations
  const hasModel = receipt.releasedHash !== ZERO_BYTES32
  return {
    order: orderId,
    receipt: receiptHash(receipt),
    'signed by': `${signer}, datatrust ${deal.datatrust}`,
    verdict: receipt.verdict,
    model: hasModel ? `${receipt.releasedHash}, ${receipt.releasedBytes} bytes` : 'none was released',
    'raw output': `${receipt.rawOutputHash}, salted`,
    algorithm: externalParameters.algorithm,
    parameters: JSON.stringify(externalParameters.parameters),
    data: `0x${data.digest.gristmillContentRoot}`,
    policy: `0x${policy.digest.sha256}`,
    runtime: `0x${runtime.digest.sha256}`,
    fuel: `${receipt.fuel} at most`,
    charged: `${bits} bits${epsilonMicros === 0 ? '' : `, epsilon ${epsilonMicros / 1e6}`}: entry ${position} of the datatrust's ledger`,
    provenance: receipt.provenanceHash,
  }
}
