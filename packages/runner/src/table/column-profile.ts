import type { FeatureColumn, LabelColumn } from '@gristmill/protocol'
import { isNotFinite, parseDecimal } from '../model/decimal.js'
import { ColumnUnusableError, LabelError } from './errors.js'

/** Longest text that may be a category. */
const CATEGORY_LENGTH_MAX = 256

/** Bounds stay this far from where integers stop being exact. */
const MICROS_MAX = 9e15
const BEYOND = 'the numbers are beyond 9 * 10^9; scale the column'

/** What a label is: one of some classes, or a number. */
export type LabelType = 'classes' | 'number'

/** What is known about a column so far; its memory is bounded by `distinctMax` values. */
export interface ColumnProfile {
  name: string
  add(cell: string, line: number): void
  /** The column as a feature; throws ColumnUnusableError. */
  toFeature(): FeatureColumn
  /** The column as a label; without a type a number if it has numbers only, more of them than classes may be. Throws LabelError. */
  toLabel(type: LabelType | undefined): LabelColumn
  /** What the column holds, for a description; whether it can be a feature is another question. */
  type(): 'number' | 'category' | 'text'
}

/** Profile of a column that may have at most `distinctMax` categories or classes. */
export function createColumnProfile(name: string, distinctMax: number): ColumnProfile {
  const distinct = new Set<string>()
  let tooManyAt: number | undefined
  let tooLongAt: number | undefined
  let textAt: number | undefined
  let notFiniteAt: number | undefined
  let numbers = 0
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY

  const addDistinct = (cell: string, line: number) => {
    if (cell.length > CATEGORY_LENGTH_MAX) tooLongAt ??= line
    else if (tooManyAt === undefined && !distinct.has(cell)) {
      if (distinct.size === distinctMax) tooManyAt = line
      else distinct.add(cell)
    }
  }

  const toNumber = (): FeatureColumn => {
    const bounds = publicBounds(min, max)
    if (bounds === undefined) throw new ColumnUnusableError({ column: name }, BEYOND)
    return { name, type: 'number', ...bounds }
  }

  const toNumberLabel = (): LabelColumn => {
    const notNumberAt = textAt ?? notFiniteAt
    if (notNumberAt !== undefined)
      throw new LabelError({ line: notNumberAt, column: name }, 'a cell is no finite number')
    if (min === max)
      throw new LabelError({ column: name }, 'every row has the same number, so there is nothing to learn')
    const bounds = publicBounds(min, max)
    if (bounds === undefined) throw new LabelError({ column: name }, BEYOND)
    return { name, ...bounds }
  }

  const toClasses = (): LabelColumn => {
    if (tooLongAt !== undefined)
      throw new LabelError({ line: tooLongAt, column: name }, 'a class has more than 256 characters')
    if (tooManyAt !== undefined)
      throw new LabelError({ line: tooManyAt, column: name }, `there are more than ${distinctMax} classes`)
    if (distinct.size < 2)
      throw new LabelError({ column: name }, 'every row has the same class, so there is nothing to learn')
    return { name, classes: [...distinct].sort() }
  }

  const isNumeric = () => textAt === undefined && notFiniteAt === undefined

  return {
    name,
    add(cell, line) {
      addDistinct(cell, line)
      const value = parseDecimal(cell)
      if (value !== undefined) {
        numbers++
        min = Math.min(min, value)
        max = Math.max(max, value)
      } else if (isNotFinite(cell)) notFiniteAt ??= line
      else textAt ??= line
    },
    toFeature() {
      if (textAt === undefined) {
        if (notFiniteAt === undefined) return toNumber()
        if (numbers > 0) throw new ColumnUnusableError({ line: notFiniteAt, column: name }, 'a number is not finite')
      }
      if (tooLongAt !== undefined) {
        throw new ColumnUnusableError(
          { line: tooLongAt, column: name },
          `a text is longer than ${CATEGORY_LENGTH_MAX} characters`,
        )
      }
      if (tooManyAt !== undefined) {
        const reason =
          numbers > 0 && textAt !== undefined
            ? `numbers mixed with text (line ${textAt} is no number)`
            : `more than ${distinctMax} categories`
        throw new ColumnUnusableError({ line: tooManyAt, column: name }, reason)
      }
      return { name, type: 'category', categories: [...distinct].sort() }
    },
    toLabel(type) {
      const isNumber = type === undefined ? tooManyAt !== undefined && isNumeric() : type === 'number'
      return isNumber ? toNumberLabel() : toClasses()
    },
    type() {
      if (isNumeric()) return 'number'
      return tooManyAt === undefined && tooLongAt === undefined ? 'category' : 'text'
    },
  }
}

/**
 * Bounds to publish for numbers from `min` to `max`: rounded outward to two digits of their spread, so that they tell
 * less about the extreme rows; undefined if their millionths are not exact.
 */
function publicBounds(min: number, max: number): { minMicros: number; maxMicros: number } | undefined {
  const spread = max - min || Math.abs(max) || 1
  const step = 10 ** (Math.floor(Math.log10(spread)) - 1)
  let minMicros = Math.floor(Math.floor(min / step) * step * 1e6)
  let maxMicros = Math.ceil(Math.ceil(max / step) * step * 1e6)
  if (!(minMicros > -MICROS_MAX && maxMicros < MICROS_MAX)) return undefined
  while (minMicros / 1e6 > min) minMicros--
  while (maxMicros / 1e6 < max) maxMicros++
  if (minMicros === maxMicros) maxMicros++
  return { minMicros, maxMicros }
}
