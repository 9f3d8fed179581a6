import type { Address, ListingId } from '@gristmill/protocol'

/** The columns of an audit, in their order; what each holds is told in the README. New ones come before `details`. */
export const AUDIT_COLUMNS = [
  'type',
  'at',
  'order',
  'listing',
  'asset',
  'name',
  'kind',
  'delivery',
  'buyer',
  'maker',
  'account',
  'token',
  'price',
  'placedBlock',
  'placedTransaction',
  'algorithm',
  'parametersHash',
  'state',
  'closedBecause',
  'receipt',
  'receiptSignature',
  'provenance',
  'verdict',
  'releasedHash',
  'releasedBytes',
  'leakBits',
  'decision',
  'decidedAt',
  'cipherRoot',
  'ack',
  'acknowledgedAt',
  'marked',
  'markedAt',
  'markedTransaction',
  'ended',
  'endedAt',
  'endedTransaction',
  'part',
  'answers',
  'offeredBytes',
  'sentBytes',
  'firstSentAt',
  'lastSentAt',
  'block',
  'transaction',
  'subject',
  'details',
  'signature',
  'previous',
] as const

/** A column of an audit. */
export type AuditColumn = (typeof AUDIT_COLUMNS)[number]

/** One line; a column that is absent is empty. */
export type AuditRow = { type: string } & Partial<Record<Exclude<AuditColumn, 'previous'>, string>>

/** Which orders, deliveries and events are told. */
export interface AuditRange {
  /** Unix seconds, included; 0: from the beginning. */
  since: number
  /** Unix seconds, excluded. */
  until: number
  listing: ListingId | undefined
  /** As buyer, maker, or whoever asked. */
  account: Address | undefined
}

/** Rows that are in memory at once: pages follow each other by key, whatever their number. */
export const PAGE_ROWS = 200

/** Latest instant that ISO 8601 writes with four digits of the year, Unix seconds. */
const YEAR_9999 = 253_402_300_799

/** `2026-03-01T12:00:00Z`; what a chain calls later than the year 9999 stays a number. */
export function isoInstant(unixSeconds: number): string {
  if (unixSeconds > YEAR_9999) return String(unixSeconds)
  return `${new Date(unixSeconds * 1_000).toISOString().slice(0, 19)}Z`
}
