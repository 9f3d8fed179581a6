import { canonicalHash, type ListingDocument, termsHashOf } from '@gristmill/protocol'
import { ListingMismatchError } from '../errors/mismatch-errors.js'
import { computeTermsHash } from './attest-listing.js'
import type { ListingRecord } from './listing-record.js'

/** Throws ListingMismatchError unless the chain commits to every word of a datatrust's description of a listing. */
export function verifyDocument(record: ListingRecord, document: ListingDocument): void {
  const expect = (field: string, expected: string | number | bigint, actual: string | number | bigint) => {
    if (String(expected) !== String(actual)) throw new ListingMismatchError(record.listing, field, expected, actual)
  }
  const { contentRoot, sizeBytes, metadata } = document
  expect('listing', record.listing, document.listing)
  expect('market', record.market, document.market)
  expect('maker', record.maker, document.maker)
  expect('metadataHash', canonicalHash(metadata), document.metadataHash)
  expect('policyHash', computeTermsHash(document), document.policyHash)
  const { metadataHash, policyHash: told } = document
  expect(
    'termsHash',
    record.termsHash,
    termsHashOf({ contentRoot, sizeBytes: BigInt(sizeBytes), policyHash: told, metadataHash }),
  )
  const filesBytes = metadata.files.reduce((sum, file) => sum + file.sizeBytes, 0)
  expect('metadata.files', sizeBytes, filesBytes)
}
