import type { DatatrustCard } from '@gristmill/protocol'

/** A datatrust's HTTP API as one client sees it. */
export interface DatatrustEndpoint {
  /** Base URL without a trailing slash. */
  readonly url: string
  /** Its card, checked against the chain; asked for once, again after a failure. */
  readonly card: () => Promise<DatatrustCard>
}
