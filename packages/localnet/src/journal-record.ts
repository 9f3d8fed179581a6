import { createHash } from 'node:crypto'

/** What every chain of a directory starts from. */
export interface GenesisRecord {
  kind: 'genesis'
  /** Of the journal's format. */
  version: 1
  chainId: number
  hardfork: string
  /** Unix seconds. */
  timestamp: number
  /** Wei by address, decimal. */
  balances: Readonly<Record<string, string>>
}

/** A raw signed transaction that was accepted: mined, or held back until the nonces before it have come. */
export interface TransactionRecord {
  kind: 'transaction'
  /** Unix seconds of its block. */
  timestamp: number
  /** 0x-hex. */
  raw: string
  /** Hash of the latest block afterwards. */
  head: string
}

/** The clock moved by hand; an empty block carries the new time. */
export interface AdvanceRecord {
  kind: 'advance'
  seconds: number
  /** Unix seconds of the empty block. */
  timestamp: number
  /** Hash of the latest block afterwards. */
  head: string
}

/** Set-up has finished. */
export interface ReadyRecord {
  kind: 'ready'
  /** Address by contract. */
  deployment: Readonly<Record<string, unknown>>
  token: string
}

export type JournalRecord = GenesisRecord | TransactionRecord | AdvanceRecord | ReadyRecord

export const FIRST_LINK = '0'.repeat(32)
const LINK_LENGTH = FIRST_LINK.length

/**
 * One line of the journal: a link, a space, the record as JSON. The link is a hash over the record and the link of the
 * line before, so that a line that is torn, changed, missing or out of order does not go unseen.
 */
export function encodeRecord(record: JournalRecord, previousLink: string): { line: string; link: string } {
  const json = JSON.stringify(record)
  const link = linkOf(json, previousLink)
  return { line: `${link} ${json}\n`, link }
}

/** The record of a line without its newline; undefined if the line is not what was written after `previousLink`. */
export function decodeRecord(line: string, previousLink: string): { record: JournalRecord; link: string } | undefined {
  const link = line.slice(0, LINK_LENGTH)
  const json = line.slice(LINK_LENGTH + 1)
  if (line[LINK_LENGTH] !== ' ' || link !== linkOf(json, previousLink)) return undefined
  return { record: JSON.parse(json) as JournalRecord, link }
}

function linkOf(json: string, previousLink: string): string {
  return createHash('sha256').update(previousLink).update(json).digest('hex').slice(0, LINK_LENGTH)
}
