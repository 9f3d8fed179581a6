import { hash } from 'node:crypto'
import type { ColumnStatistics } from '@gristmill/protocol'
import { parseDecimal } from '../model/decimal.js'

/** Hashes kept of a column: as many distinct values are counted exactly, and the estimate above is right within 10 %. */
const HASHES_MAX = 1_024
const HASH_VALUES = 2 ** 52
/** Digits that are told of a mean. */
const MEAN_DIGITS = 12

/** What is told of a column's values; memory is bounded, whatever the number of rows. */
export interface StatisticsCollector {
  add(cell: string): void
  /** Without minimum, maximum and mean unless every value is a number. */
  finish(type: 'number' | 'category' | 'text'): ColumnStatistics
}

/** Counts, and keeps the smallest hashes (K minimum values: Bar-Yossef et al., RANDOM 2002) for the distinct values. */
export function createStatistics(): StatisticsCollector {
  const smallest = new Set<number>()
  let threshold = Number.POSITIVE_INFINITY
  let isExact = true
  let missing = 0
  let numbers = 0
  let mean = 0
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY

  const countDistinct = (cell: string) => {
    const value = Number.parseInt(hash('sha256', cell, 'hex').slice(0, 13), 16)
    if (value >= threshold || smallest.has(value)) {
      if (value > threshold) isExact = false
      return
    }
    smallest.add(value)
    if (smallest.size <= HASHES_MAX) return
    smallest.delete(Math.max(...smallest))
    isExact = false
    threshold = Math.max(...smallest)
  }

  return {
    add(cell) {
      if (cell === '') missing++
      else countDistinct(cell)
      const value = parseDecimal(cell)
      if (value === undefined) return
      numbers++
      mean += (value - mean) / numbers
      min = Math.min(min, value)
      max = Math.max(max, value)
    },
    finish(type) {
      const distinct = isExact ? smallest.size : Math.round(((smallest.size - 1) * HASH_VALUES) / Math.max(...smallest))
      if (type !== 'number' || numbers === 0) return { missing, distinct }
      return { missing, distinct, min, max, mean: Number(mean.toPrecision(MEAN_DIGITS)) }
    },
  }
}
