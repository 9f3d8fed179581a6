import { type OrderId, receiptHash, ZERO_BYTES32 } from '@gristmill/protocol'
import type { VerifiedReceipt } from '@gristmill/sdk'
import { formatInstant } from '../duration.js'

/** What a receipt says, for people. */
export function receiptFields(orderId: OrderId, verified: VerifiedReceipt) {
  const { receipt, provenance } = verified
  const { buildDefinition, runDetails } = provenance.predicate
  const { externalParameters, resolvedDependencies } = buildDefinition
  const [data, , runtime, policy] = resolvedDependencies
  const { position, bits, epsilonMicros } = runDetails.byproducts[1].annotations
  const hasModel = receipt.releasedHash !== ZERO_BYTES32
  return {
    order: orderId,
    receipt: receiptHash(receipt),
    'signed by': signerText(verified),
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

/** Who signed it, and for how long the datatrust answers for that if it signs with another key by now. */
export function signerText({ signer, answersUntil, isAnsweredFor, deal: { datatrust } }: VerifiedReceipt): string {
  if (answersUntil === undefined) return `${signer}, datatrust ${datatrust}`
  const answers = isAnsweredFor ? 'answers' : 'answered'
  return `${signer}, a former signer of datatrust ${datatrust}, which ${answers} for it until ${formatInstant(answersUntil)}`
}
