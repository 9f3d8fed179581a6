import type { Contradiction } from './contradiction.js'
import type { Policy } from './policy.js'

/** What would tell of rows beside the noise, or has no average. */
export function privacyContradictions({ privacy, artifact, metrics, checks }: Policy): Contradiction[] {
  if (privacy.mode === 'none') return []
  const { mode } = privacy
  const found: Contradiction[] = []
  const add = (rule: string, path: readonly (string | number)[], message: string) => found.push({ rule, path, message })
  if (metrics.length > 0) {
    const message = `a metric is counted on rows and has no noise, so the mode ${mode} releases none; leave it empty`
    add('PRIVACY_METRIC', ['metrics'], message)
  }
  for (const check of ['utility', 'membership', 'tree', 'scan'] as const) {
    if (checks[check] === undefined) continue
    const message = `whether a model passes depends on rows and is told without noise, so the mode ${mode} makes no such check; take it out`
    add('PRIVACY_CHECK', ['checks', check], message)
  }
  for (const [index, { name, release, range }] of artifact.tensors.entries()) {
    const path = ['artifact', 'tensors', index]
    if (release !== 'bf16') {
      add('PRIVACY_RELEASE', [...path, 'release'], `${name} holds names, not amounts: noise would make others of them`)
    }
    if (
      mode === 'sample-aggregate' &&
      Math.max(range[0], -privacy.clipMicros / 1e6) >= Math.min(range[1], privacy.clipMicros / 1e6)
    ) {
      add('PRIVACY_CLIP', [...path, 'range'], `of the range of ${name} nothing lies within clipMicros`)
    }
  }
  return found
}
