import type { Table } from '@gristmill/protocol'
import { classesOf, dimensionsOf, isNumberLabel } from '@gristmill/protocol/model'
import type { Model } from './safetensors.js'
import { sizeOf, tensorOf } from './tensor-of.js'

/** What a histogram says of one bin of a number, or of one category. */
export interface HistogramCell {
  column: string
  /** `0 to 25`, its upper bound not counted but for the last bin of a column; or the category. */
  cell: string
  /** Rows of each of `labelGroups`, in their order; with the noise of the policy, so some may be below 0. */
  counts: number[]
}

/** True for a model that is counts: it says nothing of a row, so there is no predictor and no ONNX view of it. */
export function isHistogram(model: Model): boolean {
  return model.tensors.some(({ name }) => name === 'counts')
}

/** What each count of a cell is of: the classes of the label, or so many bins of a number label, as a cell names them. */
export function labelGroups({ label }: Pick<Table, 'label'>, bins: number): string[] {
  if (!isNumberLabel(label)) return label.classes
  return Array.from({ length: bins }, (_, bin) => binText(label, bin, bins))
}

/** The counts of a histogram by column and cell. Throws ModelMismatchError unless it fits the table. */
export function histogramOf(model: Model, table: Table): HistogramCell[] {
  const numbers = table.features.filter(({ type }) => type === 'number').length
  const others = dimensionsOf(table) - numbers
  const bins = numbers === 0 ? 0 : Math.max(1, Math.round((sizeOf(model, 'counts', 1) - others) / numbers))
  const width = numbers * bins + others
  const groups = classesOf(table) || (numbers === 0 ? sizeOf(model, 'counts', 0) : bins)
  const counts = tensorOf(model, 'counts', [groups, width])
  return table.features
    .flatMap((column) =>
      column.type === 'category'
        ? column.categories.map((cell) => ({ column: column.name, cell }))
        : Array.from({ length: bins }, (_, bin) => ({ column: column.name, cell: binText(column, bin, bins) })),
    )
    .map((cell, index) => ({
      ...cell,
      counts: Array.from({ length: groups }, (_, of) => counts[of * width + index] as number),
    }))
}

function binText({ minMicros, maxMicros }: { minMicros: number; maxMicros: number }, bin: number, bins: number) {
  const bound = (at: number) => Number(((minMicros + ((maxMicros - minMicros) * at) / bins) / 1e6).toPrecision(6))
  return `${bound(bin)} to ${bound(bin + 1)}`
}
