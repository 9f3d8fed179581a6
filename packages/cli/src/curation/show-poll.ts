import type { AccountVote, Client, Poll } from '@gristmill/sdk'
import type { Command } from 'commander'
import { parseAddress } from '../arguments.js'
import { formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { configFields } from '../market/market-fields.js'
import { formatShares, type Money, moneyOf } from '../money.js'
import { fields, printResult } from '../output.js'
import { openReader } from '../session.js'
import { parsePollId } from './poll-id.js'
import { stateText, subjectText, turnoutText } from './poll-text.js'

export async function showPoll(io: Io, command: Command, id: string, options: { account?: string }): Promise<void> {
  const account = options.account === undefined ? undefined : parseAddress('--account', options.account)
  await using reader = await openReader(io, command)
  const { client } = reader
  const poll = await client.curation.poll({ poll: parsePollId(id) })
  const [money, now, own] = await Promise.all([
    moneyOfPoll(client, poll),
    client.chainTime(),
    account === undefined ? undefined : client.curation.voteOf({ poll: poll.poll, account }),
  ])
  const lines = fields({
    poll: poll.poll,
    market: poll.market,
    about: subjectText(poll),
    ...(poll.subject.kind === 'config' ? configFields(poll.subject.config, money) : {}),
    because: 'evidence' in poll.subject ? poll.subject.evidence : undefined,
    opener: poll.opener,
    opponent: poll.opponent,
    state: stateText(poll, now),
    extended: poll.isExtended ? `the quorum came late; it ended ${formatInstant(poll.closesAt)}` : undefined,
    yes: formatShares(poll.yes),
    no: formatShares(poll.no),
    quorum: `${formatShares(poll.quorum)}; ${turnoutText(poll)} has voted`,
    bond: money.format(poll.bond),
    'for voters': poll.votersPart === 0n ? undefined : money.format(poll.votersPart),
    account,
    vote: own === undefined ? undefined : ownText(own, money),
    next: nextOf(poll, now),
  })
  printResult(io, command, own === undefined ? poll : { ...poll, account: own }, lines)
}

function ownText({ isYes, weight, claimable }: AccountVote, money: Money): string {
  if (isYes === undefined) return weight === 0n ? 'none: no shares before it opened, or none now' : formatShares(weight)
  const said = `${isYes ? 'yes' : 'no'} with ${formatShares(weight)}`
  return claimable === 0n ? said : `${said}; ${money.format(claimable)} to claim`
}

function nextOf({ poll, status, closesAt }: Poll, now: number): string | undefined {
  if (status !== 'open') return undefined
  return now <= closesAt ? `gristmill vote ${poll} yes|no` : `gristmill resolve ${poll}`
}

/** How the bond of a poll is written. */
export async function moneyOfPoll(client: Client, { market }: Pick<Poll, 'market'>): Promise<Money> {
  return moneyOf(client, (await client.markets.get({ market })).asset)
}
