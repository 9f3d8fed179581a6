import { ProtocolError, type ProtocolErrorOptions } from '@gristmill/protocol'

/** Where in a CSV: lines count from 1, the header is line 1. */
export interface TablePlace {
  line?: number
  column?: string
}

/** Base of what is wrong with a table. Messages and details name places, never the data. */
abstract class TableError extends ProtocolError {
  constructor(place: TablePlace, what: string, remedy: string, options: ProtocolErrorOptions = {}) {
    const where = [
      ...(place.line === undefined ? [] : [`line ${place.line}`]),
      ...(place.column === undefined ? [] : [`column "${place.column}"`]),
    ].join(', ')
    super(`${where ? `${where}: ` : ''}${what}; ${remedy}`, { ...options, details: { ...place, ...options.details } })
  }
}

/** The text is not a CSV in UTF-8. */
export class TableSyntaxError extends TableError {
  readonly code = 'TABLE_SYNTAX'

  constructor(place: TablePlace, what: string, options: ProtocolErrorOptions = {}) {
    super(place, what, 'send UTF-8 text, cells separated by commas, quoted with double quotes (RFC 4180)', options)
  }
}

/** There is no header or no row. */
export class TableEmptyError extends TableError {
  readonly code = 'TABLE_EMPTY'

  constructor() {
    super({}, 'the table is empty', 'send a header line and at least one row')
  }
}

/** The header names a column twice or not at all, or has only one. */
export class TableHeaderError extends TableError {
  readonly code = 'TABLE_HEADER'

  constructor(place: TablePlace, what: string) {
    super({ line: 1, ...place }, what, 'give every column its own name, and separate columns by commas')
  }
}

/** A row has more or fewer cells than the header. */
export class TableRaggedError extends TableError {
  readonly code = 'TABLE_RAGGED'

  constructor(line: number, expected: number, actual: number) {
    super(
      { line },
      `the row has ${actual} cells, the header ${expected}`,
      'add or remove cells, or quote cells that hold a comma',
      {
        details: { expected, actual },
      },
    )
  }
}

/** A bound on bytes, rows, columns or one row is exceeded. */
export class TableTooLargeError extends TableError {
  readonly code = 'TABLE_TOO_LARGE'

  constructor(place: TablePlace, what: string, limit: number) {
    super(place, `the table has more than ${limit} ${what}`, 'split it, or ask the operator for a larger limit', {
      details: { what, limit },
    })
  }
}

/** The label column is missing, has one class or number only, too many classes, or is to be a number and is none. */
export class LabelError extends TableError {
  readonly code = 'BAD_LABEL'

  constructor(place: TablePlace, what: string) {
    super(
      place,
      what,
      'name a column with a few distinct values as the label, or have one of numbers predicted as a number',
    )
  }
}

/** A column is neither numbers nor a few categories. */
export class ColumnUnusableError extends TableError {
  readonly code = 'COLUMN_UNUSABLE'
  readonly reason: string

  constructor(place: TablePlace, reason: string) {
    super(place, reason, 'correct the cell or leave the column out of the features')
    this.reason = reason
  }
}

/** The data is not what its policy says. */
export class TableMismatchError extends TableError {
  readonly code = 'TABLE_MISMATCH'

  constructor(place: TablePlace, what: string) {
    super(place, what, 'publish a new version with a policy that describes the data')
  }
}

/** Too few rows are left to train on for the policy's checks. */
export class TooFewRowsError extends TableError {
  readonly code = 'TOO_FEW_ROWS'

  constructor(trainRows: number, requiredRows: number) {
    super(
      {},
      `${trainRows} rows are left to train on, the policy's dof check and blocks need ${requiredRows}`,
      'lower minRowsPerParam or the number of blocks, ignore columns with many categories, or add rows',
      { details: { trainRows, requiredRows } },
    )
  }
}

/** Too few rows are held back to tell how often a model takes one of a hundred for a training row. */
export class HoldoutTooSmallError extends TableError {
  readonly code = 'HOLDOUT_TOO_SMALL'

  constructor(holdoutRows: number, requiredRows: number) {
    super(
      {},
      `${holdoutRows} rows are held back, the policy's membership check needs ${requiredRows} to see 1 % of them`,
      'raise holdoutBps, add rows, or leave the membership check out',
      { details: { holdoutRows, requiredRows } },
    )
  }
}

/** One run could carry more than a row out, and nobody would look at it. */
export class AirlockRequiredError extends TableError {
  readonly code = 'AIRLOCK_REQUIRED'

  constructor(bits: number, rows: number) {
    super(
      {},
      `one run tells up to ${bits} bits, as much as ${rows} rows, without review`,
      'set release.airlock to "owner"',
      {
        details: { bits, rows },
      },
    )
  }
}
