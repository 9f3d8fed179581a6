import type { Policy } from '@gristmill/protocol'

/** Bounds on a table, so that hostile input costs little. */
export interface TableLimits {
  /** Of the CSV. */
  sizeBytes: number
  /** Without the header. */
  rows: number
  columns: number
  /** Of one row. */
  rowBytes: number
}

/** 1 GiB, ten million rows, 1024 columns, 256 KiB per row. */
export const TABLE_LIMITS: TableLimits = {
  sizeBytes: 1024 ** 3,
  rows: 10_000_000,
  columns: 1024,
  rowBytes: 256 * 1024,
}

/** Largest file whose models can be scanned: it is held in memory for that. */
const SCANNED_BYTES_MAX = 64 * 1024 * 1024

/** The bounds on a table under a policy: as given, and no more than what its checks can look at. */
export function limitsUnder({ checks }: Pick<Policy, 'checks'>, limits: TableLimits = TABLE_LIMITS): TableLimits {
  if (checks.scan === undefined) return limits
  return { ...limits, sizeBytes: Math.min(limits.sizeBytes, SCANNED_BYTES_MAX) }
}
