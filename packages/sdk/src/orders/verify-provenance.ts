import {
  type Cost,
  costOf,
  type Goods,
  type Hex,
  type ListingDocument,
  ledgerChargeOf,
  type OrderId,
  openingHashOf,
  type Provenance,
  parametersHash,
  provenanceHash,
  provenanceOf,
  type Receipt,
} from '@gristmill/protocol'
import type { Connection } from '../connection.js'
import { ReceiptMismatchError } from '../errors/mismatch-errors.js'

/** What a statement is compared with. */
export interface VerifyProvenanceParams {
  orderId: OrderId
  datatrust: number
  goods: Goods
  /** Verified: of the order's listing. */
  document: ListingDocument
  receipt: Receipt
  provenance: Provenance
}

/**
 * Throws ReceiptMismatchError unless a statement is the one that the receipt names, and order, listing and receipt say the
 * same in every field of it. The datatrust's word alone are the ledger's position and head, and the opening's hash.
 */
export function verifyProvenance(connection: Connection, params: VerifyProvenanceParams): void {
  const { orderId, datatrust, goods, document, receipt, provenance } = params
  const refused = (field: string, expected: unknown, actual: unknown) =>
    new ReceiptMismatchError(orderId, field, expected, actual)
  const cost = costIn(document)
  if (cost === undefined) throw refused('policy', 'one that the listing names', undefined)
  if (receipt.leakBits !== BigInt(cost.bits)) throw refused('leakBits', cost.bits, receipt.leakBits)
  const { parameters } = provenance.predicate.buildDefinition.externalParameters
  const hash = parametersHash(parameters)
  if (hash !== goods.parametersHash) throw refused(`${PARAMETERS} (hash)`, goods.parametersHash, hash)
  const { chainId, deployment } = connection
  const { position, head } = ledgerChargeOf(provenance)
  const expected = provenanceOf({
    receipt,
    goods,
    parameters,
    content: document,
    builder: { chainId, datatrusts: deployment.datatrusts, datatrust },
    ledger: { position, head, ...cost },
    openingHash: openingHashOf(provenance),
  })
  const difference = differenceOf('provenance', expected, provenance)
  if (difference !== undefined) throw refused(difference.path, difference.expected, difference.actual)
  const named: Hex = provenanceHash(provenance)
  if (named !== receipt.provenanceHash) throw refused('provenanceHash', named, receipt.provenanceHash)
}

/** What a run charges to a listing: an algorithm has no rows that anything could be told of. */
function costIn({ policy, algorithmTerms }: ListingDocument): Cost | undefined {
  if (policy !== undefined) return costOf(policy)
  return algorithmTerms === undefined ? undefined : { bits: 0, epsilonMicros: 0 }
}

const PARAMETERS = 'provenance.predicate.buildDefinition.externalParameters.parameters'

interface Difference {
  /** As `provenance.subject.0.digest.sha256`. */
  path: string
  expected: unknown
  actual: unknown
}

/** The first place at which two JSON values differ. */
function differenceOf(path: string, expected: unknown, actual: unknown): Difference | undefined {
  if (Object.is(expected, actual)) return undefined
  if (!isObject(expected) || !isObject(actual)) return { path, expected, actual }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const difference = differenceOf(`${path}.${key}`, expected[key], actual[key])
    if (difference !== undefined) return difference
  }
  return undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
