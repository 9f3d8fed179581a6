/** A mutant that no test can or need tell from the original. */
export interface Explanation {
  file: string
  operator: string
  from: string
  to: string
  reason: string
}

export const explained: readonly Explanation[] = []
