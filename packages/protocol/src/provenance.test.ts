import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from './canonical-json.js'
import type { Hex } from './hex.js'
import { ZERO_BYTES32 } from './hex.js'
import {
  ledgerChargeOf,
  openingHashOf,
  type ProvenanceParams,
  provenanceHash,
  provenanceOf,
  provenanceSchema,
  withheldProvenance,
} from './provenance.js'

interface Vector {
  params: Omit<ProvenanceParams, 'builder'> & { builder: { chainId: string; datatrusts: Hex; datatrust: number } }
  statement: unknown
  text: string
  hash: Hex
}

const { params: given, ...vector }: Vector = JSON.parse(
  readFileSync(new URL('../fixtures/provenance.json', import.meta.url), 'utf8'),
)
const params: ProvenanceParams = { ...given, builder: { ...given.builder, chainId: BigInt(given.builder.chainId) } }
const statement = provenanceOf(params)

describe('the statement of a run', () => {
  it('is the in-toto Statement of the fixture, with its text and its hash', () => {
    expect(statement).toEqual(vector.statement)
    expect(canonicalJson(statement)).toBe(vector.text)
    expect(provenanceHash(statement)).toBe(vector.hash)
    expect(`0x${createHash('sha256').update(vector.text).digest('hex')}`).toBe(vector.hash)
  })

  it('reads back as it is, and with anything more or less it does not', () => {
    expect(provenanceSchema.parse(JSON.parse(vector.text))).toEqual(statement)
    const { predicate, ...rest } = statement
    const later = {
      ...predicate.runDetails,
      metadata: { invocationId: ZERO_BYTES32, finishedOn: '2026-01-01T00:00:00Z' },
    }
    expect(provenanceSchema.safeParse({ ...rest, predicate: { ...predicate, runDetails: later } }).success).toBe(false)
    expect(provenanceSchema.safeParse(rest).success).toBe(false)
    const upper = JSON.parse(
      vector.text.replace(params.ledger.head.slice(2), params.ledger.head.slice(2).toUpperCase()),
    )
    expect(provenanceSchema.safeParse(upper).success).toBe(false)
  })

  it('says what the ledger and the opening are', () => {
    expect(ledgerChargeOf(statement)).toEqual(params.ledger)
    expect(openingHashOf(statement)).toBe(params.openingHash)
  })

  it('of a run that released nothing, or nothing any more, is about the raw output and names no model', () => {
    const withheld = provenanceOf({ ...params, receipt: { ...params.receipt, releasedHash: ZERO_BYTES32 } })
    expect(withheldProvenance(statement)).toEqual(withheld)
    expect(withheld.subject[0].digest).toEqual({ gristmillSaltedSha256: params.receipt.rawOutputHash.slice(2) })
    expect(canonicalJson(withheld)).not.toContain(params.receipt.releasedHash.slice(2))
    expect(provenanceSchema.parse(withheld)).toEqual(withheld)
  })
})
