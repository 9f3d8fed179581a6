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
