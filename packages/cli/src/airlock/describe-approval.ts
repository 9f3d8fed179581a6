import type { PendingApproval } from '@gristmill/protocol'
import { fields } from '../output.js'

/** What has to be known before deciding. */
export function describeApproval(approval: PendingApproval, more: Parameters<typeof fields>[0] = {}): string[] {
  const metrics = approval.metrics.map(({ name, micros }) => [name, (micros / 1_000_000).toFixed(4)])
  return fields({
    order: approval.orderId,
    listing: approval.listing,
    sponsor: approval.sponsor,
    algorithm: approval.algorithm,
    verdict: approval.verdict,
    model: `${approval.releasedBytes} bytes, ${approval.releasedHash}`,
    leaves: `at most ${approval.rowsAtMost} rows (${approval.leakBits} bits)`,
    ...Object.fromEntries(metrics),
    approvals: `${approval.approvedBy.length} of ${approval.approvalsNeeded}`,
    'approved by': approval.approvedBy,
    ...more,
  })
}
