import type { Contradiction } from './contradiction.js'
import type { Policy } from './policy.js'
import { approvalsNeeded } from './release-rule.js'

/** What keeps the reviewers of a policy from being as many as have to agree, or from deciding at all. */
export function releaseContradictions({ release }: Policy): Contradiction[] {
  const { airlock, reviewers } = release
  const found: Contradiction[] = []
  const add = (path: readonly (string | number)[], message: string) =>
    found.push({ rule: 'REVIEWERS', path: ['release', ...path], message })
  if (airlock !== 'two-person') {
    if (reviewers !== undefined) {
      add(
        ['reviewers'],
        `with the airlock "${airlock}" nobody of them would be asked; take them out or use "two-person"`,
      )
    }
    return found
  }
  const named = reviewers ?? []
  const needed = approvalsNeeded(release)
  if (named.length < needed) {
    add(
      ['reviewers'],
      `the airlock "two-person" needs ${needed} approvals, but names ${named.length} reviewers; name more`,
    )
  }
  for (const [index, reviewer] of named.entries()) {
    if (named.indexOf(reviewer) === index) continue
    add(['reviewers', index], `${reviewer} is named twice, but has one voice; name another account`)
  }
  return found
}
