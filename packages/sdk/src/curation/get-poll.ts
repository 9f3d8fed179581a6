import { type Address, DAY, type MarketId, ZERO_ADDRESS } from '@gristmill/protocol'
import { onChain } from '../chain/on-chain.js'
import type { Connection } from '../connection.js'
import { InvalidParameterError } from '../errors/connection-errors.js'
import { nameOf } from '../orders/deal-from-chain.js'
import { POLL_KINDS, POLL_STATUSES, type PollId, type PollKind, type PollStatus } from './poll-kind.js'
import { findSubject, type OpenedIn, type PollSubject } from './poll-subject.js'

/** Nobody resolved it in so long after its end: it changes nothing any more. */
const LAPSE_SECONDS = 7 * DAY

/** A poll as it is now. Instants in Unix seconds, weights in shares (18 decimals), bonds in units of the asset's decimals. */
export interface Poll {
  poll: PollId
  market: MarketId
  /** ERC-20 whose holders vote. */
  share: Address
  kind: PollKind
  /** `open` until it is resolved, also after its last vote. */
  status: PollStatus
  subject: PollSubject
  opener: Address
  /** Who is paid if the opener loses: the listing's maker, the deal's operator; absent: nobody. */
  opponent?: Address
  openedAt: number
  /** Last second in which a vote counts; it can be resolved strictly after it. */
  closesAt: number
  /** Last second in which it can still change anything. */
  resolvableUntil: number
  /** A quorum that came late has moved the end, which happens once. */
  isExtended: boolean
  /** Weight for and against. */
  yes: bigint
  no: bigint
  /** Least yes + no that decide. */
  quorum: bigint
  /** Of the opener. */
  bond: bigint
  /** Of the bond, due without quorum. */
  challengeFeeBps: number
  /** For all voters, by weight; known once resolved. */
  votersPart: bigint
}

/** What `client.curation.poll` takes. */
export interface PollParams {
  poll: PollId
}

/** Everything about a poll. */
export function getPoll(connection: Connection, { poll }: PollParams): Promise<Poll> {
  return readPoll(connection, poll)
}

/** The same for a poll of which it is known in which blocks it was opened. */
export async function readPoll(connection: Connection, poll: PollId, blocks?: OpenedIn): Promise<Poll> {
  requirePollId(poll)
  // An unknown poll is an error before any log is searched.
  const found = await onChain(() => connection.contracts.curation.get(poll))
  const subject = await findSubject(connection, poll, blocks)
  const closesAt = Number(found.closesAt)
  return {
    poll,
    market: found.market as MarketId,
    share: found.share as Address,
    kind: nameOf('poll kind', POLL_KINDS, found.kind),
    status: nameOf('poll status', POLL_STATUSES, found.status),
    subject,
    opener: found.opener as Address,
    ...(found.opponent === ZERO_ADDRESS ? {} : { opponent: found.opponent as Address }),
    openedAt: Number(found.openedAt),
    closesAt,
    resolvableUntil: closesAt + LAPSE_SECONDS,
    isExtended: found.isExtended,
    yes: found.yes,
    no: found.no,
    quorum: found.quorum,
    bond: found.bond,
    challengeFeeBps: Number(found.challengeFeeBps),
    votersPart: found.votersPart,
  }
}

/** Ids are counted from 1. */
export function requirePollId(poll: PollId): void {
  if (!Number.isSafeInteger(poll) || poll < 1) throw new InvalidParameterError('poll', 'is a whole number from 1 on.')
}
