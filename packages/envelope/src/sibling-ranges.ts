import { ContentRangeError } from './content-errors.js'

/** Leaves from `start` to before `end`. */
export interface LeafRange {
  readonly start: number
  readonly end: number
}

/**
 * The subtrees whose roots are the RFC 9162 inclusion proof of leaf `index` of `treeSize`, from the leaf up.
 * Throws `ContentRangeError` if the tree has no such leaf.
 */
export function siblingRanges(index: number, treeSize: number): LeafRange[] {
  if (!Number.isSafeInteger(treeSize) || treeSize < 1) {
    throw new ContentRangeError('tree size', treeSize, 'a whole number from 1 to 2^53 - 1')
  }
  if (!Number.isInteger(index) || index < 0 || index >= treeSize) {
    throw new ContentRangeError('leaf index', index, `0 to ${treeSize - 1}`)
  }
  const ranges: LeafRange[] = []
  let start = 0
  let end = treeSize
  while (end - start > 1) {
    const middle = start + largestPowerOfTwoBelow(end - start)
    if (index < middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  return ranges.reverse()
}

function largestPowerOfTwoBelow(size: number): number {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}
