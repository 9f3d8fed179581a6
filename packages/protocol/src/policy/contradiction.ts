/** Two parts of a policy that cannot both hold. */
export interface Contradiction {
  /** Stable name of the broken rule. */
  rule: string
  path: readonly (string | number)[]
  message: string
}
