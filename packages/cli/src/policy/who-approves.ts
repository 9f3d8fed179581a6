import type { ReleaseRule } from '@gristmill/protocol'

/** Who lets a model leave, in a few words; undefined if nobody is asked. */
export function whoApproves({ airlock, reviewers = [] }: ReleaseRule): string | undefined {
  if (airlock === 'auto') return undefined
  return airlock === 'owner' ? 'the maker approves it' : `two of ${reviewers.length} reviewers approve it`
}
