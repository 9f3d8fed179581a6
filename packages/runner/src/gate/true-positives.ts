/**
 * Part of `members` above the threshold that at most `falsePositives` of the others exceed. Where others lie on it, a guess
 * among equals decides, as an attacker's would: the straight line between two points of the ROC curve.
 */
export function truePositives(members: Float64Array, others: Float64Array, falsePositives: number): number {
  const rankedMembers = members.toSorted()
  const rankedOthers = others.toSorted()
  let allowed = falsePositives * others.length
  let member = members.length
  let other = others.length
  while (other > 0) {
    const threshold = rankedOthers[other - 1]!
    let above = member
    while (above > 0 && rankedMembers[above - 1]! > threshold) above--
    let equal = above
    while (equal > 0 && rankedMembers[equal - 1]! === threshold) equal--
    let next = other
    while (next > 0 && rankedOthers[next - 1]! === threshold) next--
    const part = Math.min(1, allowed / (other - next))
    if (part < 1) return (members.length - above + part * (above - equal)) / members.length
    allowed -= other - next
    member = equal
    other = next
  }
  return 1
}
