import { z } from 'zod'
import { LABELS } from './manifests.js'

const selectorSchema = z
  .looseObject({
    matchLabels: z.record(z.string(), z.string()).nullish(),
    matchExpressions: z
      .array(z.looseObject({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() }))
      .nullish(),
  })
  .nullish()

const rules = z.array(z.unknown()).nullish()

/** What a list of network policies says, as far as it is looked at. */
export const policiesSchema = z.looseObject({
  kind: z.literal('NetworkPolicyList'),
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({ name: z.string() }),
      spec: z
        .looseObject({
          podSelector: selectorSchema,
          policyTypes: z.array(z.string()).nullish(),
          ingress: rules,
          egress: rules,
        })
        .nullish(),
    }),
  ),
})
type NetworkPolicy = z.output<typeof policiesSchema>['items'][number]
type Selector = z.output<typeof selectorSchema>

/** Kubernetes gives pods of a Job these, with values that nobody knows before. */
const JOB_LABEL = /^(batch\.kubernetes\.io\/)?(job-name|controller-uid|job-completion-index)$/

/** True if a policy takes all connections from pods of ours; policies add up, so others may give some back. */
export function isDenyAll({ spec }: NetworkPolicy): boolean {
  const types = spec?.policyTypes ?? []
  return mayMatchOurs(spec?.podSelector) && types.includes('Ingress') && types.includes('Egress') && !hasRules(spec)
}

/** True if a policy may give pods of ours a connection. */
export function isOpening({ spec }: NetworkPolicy): boolean {
  return mayMatchOurs(spec?.podSelector) && hasRules(spec)
}

const hasRules = (spec: NetworkPolicy['spec']): boolean =>
  (spec?.ingress?.length ?? 0) > 0 || (spec?.egress?.length ?? 0) > 0

/** In doubt true. */
function mayMatchOurs(selector: Selector): boolean {
  const labels: Readonly<Record<string, string>> = LABELS
  return (
    Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => JOB_LABEL.test(key) || labels[key] === value) &&
    (selector?.matchExpressions ?? []).every(({ key, operator, values }) => {
      if (JOB_LABEL.test(key)) return operator !== 'DoesNotExist'
      if (operator === 'In') return (values ?? []).includes(labels[key] ?? '') && key in labels
      if (operator === 'NotIn') return !(key in labels && (values ?? []).includes(labels[key]!))
      if (operator === 'Exists') return key in labels
      if (operator === 'DoesNotExist') return !(key in labels)
      return true
    })
  )
}
