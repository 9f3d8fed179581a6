import type { DatatrustCard } from '@gristmill/protocol'
import type { RetryPolicy } from './retries.js'

/** A datatrust's HTTP API as one client sees it. */
export interface DatatrustEndpoint {
  /** Base URL without a trailing slash. */
  readonly url: string
  /** Longest silence before a request is given up, ms. */
  readonly idleTimeoutMs: number
  /** How often a transfer that broke is taken up again. */
  readonly retry: RetryPolicy
  /** Its card, checked against the chain; asked for once, again after a failure. */
  readonly card: () => Promise<DatatrustCard>
}
