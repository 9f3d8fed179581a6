import { isNumberLabel } from '@gristmill/protocol'
import { inferTable, type LabelType } from '@gristmill/runner'
import { ArgumentError } from '../argument-errors.js'
import type { Io } from '../io.js'
import { type Asset, watchAsset } from '../publish/asset.js'
import type { Answer } from './answer.js'

export interface InferLabelParams {
  answer: Answer
  label: string
  labelType: LabelType | undefined
  /** It has numbers only, so that it could be either. */
  isNumeric: boolean
}

/** Reads the table with the label as what it was said to be; asks only where it could be either. */
export async function inferLabel(io: Io, asset: Asset, { answer, label, labelType, isNumeric }: InferLabelParams) {
  const infer = (type: LabelType | undefined) =>
    inferTable({
      source: watchAsset(io, asset, 'Reads the table'),
      label,
      unusableColumns: 'ignore',
      ...(type === undefined ? {} : { labelType: type }),
    })
  const proposed = await infer(labelType)
  if (labelType !== undefined || !isNumeric) return proposed
  const proposal = isNumberLabel(proposed.table.label) ? 'number' : 'classes'
  const chosen = await answer('--label-type', 'Predict it as one of its classes or as a number', undefined, proposal)
  if (chosen !== 'classes' && chosen !== 'number')
    throw new ArgumentError('--label-type', `is classes or number, not ${chosen}.`)
  return chosen === proposal ? proposed : infer(chosen)
}
