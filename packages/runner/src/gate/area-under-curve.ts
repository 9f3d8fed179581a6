/**
 * Area under the ROC curve: how often a positive scores above a negative, ties counted as half. Exact, by ranks (Mann and
 * Whitney, 1947): the sum over positives of the negatives below them. 0.5 if one side is empty, for nothing is told apart.
 */
export function areaUnderCurve(positives: Float64Array, negatives: Float64Array): number {
  if (positives.length === 0 || negatives.length === 0) return 0.5
  const sortedPositives = positives.toSorted()
  const sortedNegatives = negatives.toSorted()
  let below = 0
  let notAbove = 0
  let halves = 0
  for (const score of sortedPositives) {
    while (below < sortedNegatives.length && sortedNegatives[below]! < score) below++
    notAbove = Math.max(notAbove, below)
    while (notAbove < sortedNegatives.length && sortedNegatives[notAbove]! <= score) notAbove++
    halves += below + notAbove
  }
  return halves / (2 * positives.length * negatives.length)
}
