import { ProtocolError, type ProtocolErrorOptions } from '@gristmill/protocol/model'

/** Bytes are not a model file as a runner releases it. */
export class ModelFormatError extends ProtocolError {
  readonly code = 'MODEL_FORMAT'

  constructor(reason: string, options: ProtocolErrorOptions = {}) {
    super(`not a released model: ${reason}; fetch it again and compare its sha256 with releasedHash of the receipt`, {
      details: { reason },
      ...options,
    })
  }
}

/** A model does not fit the table it is used with. */
export class ModelMismatchError extends ProtocolError {
  readonly code = 'MODEL_MISMATCH'

  constructor(tensor: string, expected: readonly number[], actual: readonly number[] | undefined) {
    super(
      `tensor ${tensor} should have the shape [${expected.join(', ')}] but ${actual ? `has [${actual.join(', ')}]` : 'is missing'}; ` +
        'use the table of the policy under which the model was trained',
      { details: { tensor, expected, actual: actual ?? null } },
    )
  }
}

/**
 * A value does not belong to its column.
 *
 * @remedy Give every feature a value that the table's schema allows: a category it lists, a number within its bounds.
 */
export class ValueError extends ProtocolError {
  readonly code = 'BAD_VALUE'
  /** Name of the column. */
  readonly column: string
  readonly reason: string

  constructor(column: string, reason: string) {
    super(`column "${column}": ${reason}; give one that the table's schema allows`, { details: { column, reason } })
    this.column = column
    this.reason = reason
  }
}

/** A histogram was asked for what a row's class is. */
export class NoPredictionError extends ProtocolError {
  readonly code = 'NO_PREDICTION'

  constructor() {
    super('a histogram predicts nothing; read its tensor "counts", by class and cell, instead')
  }
}
