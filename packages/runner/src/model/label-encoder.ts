import type { LabelColumn, NumberLabel } from '@gristmill/protocol'
import { isNumberLabel } from '@gristmill/protocol/model'
import { ValueError } from './errors.js'
import { shareOf } from './row-encoder.js'

/**
 * Encoder of a table's label: the position of its class, or the number scaled to [-1, 1] by its public bounds. Throws
 * ValueError for a cell outside its column.
 */
export function createLabelEncoder(label: LabelColumn): (cell: string) => number {
  if (isNumberLabel(label)) return (cell) => 2 * shareOf(label, cell) - 1
  const positions = new Map(label.classes.map((name, index) => [name, index]))
  return (cell) => {
    const position = positions.get(cell)
    if (position === undefined) throw new ValueError(label.name, 'the value is none of the classes of its schema')
    return position
  }
}

/** Units of a number label that 1 on the models' scale is. */
export function halfRangeOf({ minMicros, maxMicros }: NumberLabel): number {
  return (maxMicros - minMicros) / 2e6
}

/** Where a number label is 0 on the models' scale, in its unit. */
export function middleOf({ minMicros, maxMicros }: NumberLabel): number {
  return (minMicros + maxMicros) / 2e6
}
