import type { Poll } from '@gristmill/sdk'
import { formatInstant } from '../duration.js'

/** What happens if a poll passes. */
export function subjectText({ subject }: Pick<Poll, 'subject'>): string {
  switch (subject.kind) {
    case 'challenge':
      return `remove listing ${subject.listing}`
    case 'config':
      return 'new rules for the market'
    case 'admission':
      return `${subject.isAdmitted ? 'admit' : 'no longer admit'} datatrust ${subject.datatrust}`
    case 'dispute':
      return `give the buyer of order ${subject.orderId} the price back`
  }
}

/** Where a poll stands at an instant, Unix seconds. */
export function stateText({ status, closesAt, resolvableUntil }: Poll, now: number): string {
  if (status !== 'open') return status
  if (now <= closesAt) return `votes until ${formatInstant(closesAt)}`
  return now <= resolvableUntil ? `to be resolved until ${formatInstant(resolvableUntil)}` : 'lapsed, to be resolved'
}

/** Part of the quorum that has voted, rounded down. */
export function turnoutText({ yes, no, quorum }: Poll): string {
  return `${((yes + no) * 100n) / quorum} % of the quorum`
}
