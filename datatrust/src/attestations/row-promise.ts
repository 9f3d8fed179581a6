import { type Policy, servicesMask } from '@gristmill/protocol'

/** What a listing does with the rows of its content. */
export interface RowPromise {
  /** Privacy mode under which it promises each row an epsilon; undefined: no row is promised one. */
  mode: Exclude<Policy['privacy']['mode'], 'none'> | undefined
  /** How rows come out without one; undefined: they do not. */
  opens: 'access' | 'runs' | undefined
}

/** What terms make of rows. An algorithm has none, but who sells its bytes sells what else they may be. */
export function rowPromiseOf(services: number, policy: Pick<Policy, 'privacy'> | undefined): RowPromise {
  const mode = policy?.privacy.mode
  const isSold = (services & servicesMask(['access'])) !== 0
  return {
    mode: mode === 'none' ? undefined : mode,
    opens: isSold ? 'access' : mode === 'none' ? 'runs' : undefined,
  }
}

/** True if one voids what the other promises. */
export function areAtOdds(one: RowPromise, other: RowPromise): boolean {
  const voids = (a: RowPromise, b: RowPromise) => a.opens !== undefined && b.mode !== undefined
  return voids(one, other) || voids(other, one)
}
