import { createHash } from 'node:crypto'
import {
  isNumberLabel,
  MEMBERSHIP_HOLDOUT_ROWS_MIN,
  type NumberLabel,
  type Policy,
  parametersIn,
  type Table,
} from '@gristmill/protocol'
import { createRowEncoder } from '../model/row-encoder.js'
import { createDraw } from '../run/draw.js'

/** What `mockTable` takes. */
export interface MockTableParams {
  rows: number
  /** The same seed gives the same table. */
  seed: string
}

/** Rows whose label is drawn at random, one in so many. */
const SURPRISE = 20
const UNIT = 2 ** 32

/**
 * A CSV of a table's public schema: numbers even within their bounds, even categories, a label that follows a made-up linear
 * rule, one in twenty at random. It is made of the schema and the seed alone, so it tells nothing about the real
 * data, and how well a model does on it says nothing about how well it will do there. Columns that no algorithm sees are empty.
 */
export function mockTable(table: Table, { rows, seed }: MockTableParams): Uint8Array {
  const draw = createDraw(createHash('sha256').update(`gristmill mock v1 ${seed}`).digest())
  const share = () => draw(UNIT) / UNIT
  const cells = Array.from({ length: rows }, () =>
    table.features.map((column) =>
      column.type === 'category'
        ? column.categories[draw(column.categories.length)]!
        : String((column.minMicros + Math.round(share() * (column.maxMicros - column.minMicros))) / 1e6),
    ),
  )
  const { label } = table
  const labels = isNumberLabel(label)
    ? numberLabels(table, label, cells, { draw, share })
    : classLabels(table, label.classes, cells, { draw, share })
  const ignored = table.ignored.map(() => '')
  const names = [...table.features.map(({ name }) => name), table.label.name, ...table.ignored]
  const lines = cells.map((row, index) => [...row, labels[index]!, ...ignored])
  return new TextEncoder().encode(`${[names, ...lines].map((line) => line.map(quoted).join(',')).join('\n')}\n`)
}

/** Rows of a mock table on which no check of the policy fails for want of rows, with room to spare. */
export function mockRows({ artifact, checks }: Policy): number {
  const heldShare = checks.holdoutBps / 10_000
  const held = checks.membership === undefined ? 0 : MEMBERSHIP_HOLDOUT_ROWS_MIN
  const needed = Math.max((parametersIn(artifact) * checks.dof.minRowsPerParam) / (1 - heldShare), held / heldShare)
  return Math.max(1_000, Math.ceil(1.5 * needed))
}

interface Chance {
  /** A whole number below the one given. */
  draw(below: number): number
  /** A number from 0 to 1. */
  share(): number
}

/** The class of every row: whose random direction it goes furthest in, one in twenty at random. */
function classLabels(
  table: Table,
  classes: readonly string[],
  cells: readonly string[][],
  { draw, share }: Chance,
): string[] {
  const scores = distancesOf(table, cells, { directions: classes.length, share })
  const labels = cells.map((_, row) =>
    scores.reduce((best, sums, label) => (sums[row]! > scores[best]![row]! ? label : best), 0),
  )
  return labels.map((label, row) => {
    // Every class appears, whatever the rule says.
    if (row < classes.length) return classes[row]!
    return classes[draw(SURPRISE) === 0 ? draw(classes.length) : label]!
  })
}

/** The number of every row: how far it goes in a random direction, the furthest to a bound, one in twenty at random. */
function numberLabels(
  table: Table,
  { minMicros, maxMicros }: NumberLabel,
  cells: readonly string[][],
  { draw, share }: Chance,
): string[] {
  const [distances = []] = distancesOf(table, cells, { directions: 1, share })
  const furthest = distances.reduce((most, distance) => Math.max(most, Math.abs(distance)), 0) || 1
  return distances.map((distance) => {
    const at = draw(SURPRISE) === 0 ? share() : (1 + distance / furthest) / 2
    return String((minMicros + Math.round(at * (maxMicros - minMicros))) / 1e6)
  })
}

/** How far every row goes in random directions, measured from the middle of all rows. */
function distancesOf(
  table: Table,
  cells: readonly string[][],
  { directions: count, share }: Pick<Chance, 'share'> & { directions: number },
): number[][] {
  const encoder = createRowEncoder(table)
  const directions = Array.from({ length: count }, () =>
    Float64Array.from({ length: encoder.dimensions }, () => 2 * share() - 1),
  )
  const encoded = cells.map((row) => {
    const target = new Float64Array(encoder.dimensions)
    encoder.encode(row, target, 0)
    return target
  })
  return directions.map((direction) => {
    const sums = encoded.map((row) => row.reduce((sum, value, index) => sum + value * direction[index]!, 0))
    const mean = sums.reduce((sum, value) => sum + value, 0) / sums.length
    return sums.map((sum) => sum - mean)
  })
}

const quoted = (cell: string) =>
  /[",\r\n]/.test(cell) || cell !== cell.trim() ? `"${cell.replaceAll('"', '""')}"` : cell
