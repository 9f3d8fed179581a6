import type { LabelColumn, NumberLabel } from './table.js'

/** True if a label is a number, false if it is one of some classes. */
export function isNumberLabel(label: LabelColumn): label is NumberLabel {
  return !('classes' in label)
}
