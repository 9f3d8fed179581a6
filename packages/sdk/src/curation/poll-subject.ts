import type { DatatrustId, ListingId, OrderId } from '@gristmill/protocol'
import { toBeHex, zeroPadValue } from 'ethers'
import { readLogs } from '../chain/read-logs.js'
import type { Connection } from '../connection.js'
import { MissingEventError } from '../errors/chain-errors.js'
import { type MarketConfig, marketConfigFromChain } from '../markets/market-config.js'
import type { PollId } from './poll-kind.js'

/** What a poll decides. `evidence` is what its opener wrote: a stranger's text. */
export type PollSubject =
  | { kind: 'challenge'; listing: ListingId; evidence: string }
  | { kind: 'config'; config: MarketConfig }
  | { kind: 'admission'; datatrust: DatatrustId; isAdmitted: boolean }
  | { kind: 'dispute'; orderId: OrderId; evidence: string }

const NAMES = ['ListingChallenged', 'ConfigProposed', 'AdmissionProposed', 'RunDisputed'] as const

/** Block numbers in which a poll was opened, both included. */
export interface OpenedIn {
  fromBlock: number
  toBlock: number | 'latest'
}

/** What a poll is about, from the event beside its opening; looks at the newest blocks first. */
export async function findSubject(connection: Connection, poll: PollId, blocks?: OpenedIn): Promise<PollSubject> {
  const { deployment, contracts } = connection
  const { interface: curation } = contracts.curation
  const topics = [NAMES.map((name) => curation.getEvent(name).topicHash), zeroPadValue(toBeHex(poll), 32)]
  const range = blocks ?? { fromBlock: deployment.deployedAtBlock, toBlock: 'latest' as const }
  const query = { address: deployment.curation, topics, ...range, order: 'newest-first' } as const
  for await (const [log] of readLogs(connection, query)) {
    if (log === undefined) continue
    const name = NAMES.find((candidate) => curation.getEvent(candidate).topicHash === log.topics[0])
    const args = curation.decodeEventLog(name ?? '', log.data, log.topics)
    switch (name) {
      case 'ListingChallenged':
        return { kind: 'challenge', listing: args.listing as ListingId, evidence: args.evidence as string }
      case 'ConfigProposed':
        return { kind: 'config', config: marketConfigFromChain(args.config) }
      case 'AdmissionProposed':
        return { kind: 'admission', datatrust: Number(args.datatrust), isAdmitted: args.isAdmitted as boolean }
      default:
        return { kind: 'dispute', orderId: args.orderId as OrderId, evidence: args.evidence as string }
    }
  }
  throw new MissingEventError(`the subject of poll ${poll}`, '')
}
