import type { Command } from 'commander'
import { formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { formatShares } from '../money.js'
import { fields, note, printResult } from '../output.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'
import { NoVotesError } from './curation-errors.js'
import { parsePollId } from './poll-id.js'
import { stateText, subjectText, turnoutText } from './poll-text.js'

const VOTE_GAS = 200_000n

export async function castVote(io: Io, command: Command, id: string, answer: 'yes' | 'no'): Promise<void> {
  const poll = parsePollId(id)
  await using session = await openSession(io, command)
  const { client, account } = session
  const [shown, own, now] = await Promise.all([
    client.curation.poll({ poll }),
    client.curation.voteOf({ poll, account }),
    client.chainTime(),
  ])
  if (own.weight === 0n) throw new NoVotesError(poll, account)
  const isYes = answer === 'yes'
  await session.confirm({
    title: `Vote ${answer} in poll ${poll}`,
    facts: {
      'yes means': subjectText(shown),
      because: 'evidence' in shown.subject ? shown.subject.evidence : undefined,
      state: `${stateText(shown, now)}; ${turnoutText(shown)} has voted`,
      weight: `${formatShares(own.weight)}: they can neither be moved nor redeemed while the poll may be open`,
    },
    transactions: [{ contract: 'curation', function: 'vote', args: { id: BigInt(poll), isYes }, typicalGas: VOTE_GAS }],
    irreversible: 'A vote is final.',
  })
  const { weight, extendedTo, receipt } = await step(io, 'Votes', () => client.curation.vote({ poll, isYes }))
  const lines = fields({
    poll,
    vote: `${answer} with ${formatShares(weight)}`,
    extended: extendedTo === undefined ? undefined : `the quorum came late: votes until ${formatInstant(extendedTo)}`,
    transaction: receipt.hash,
  })
  printResult(io, command, { poll, isYes, weight, extendedTo, transactionHash: receipt.hash }, lines)
  const last = extendedTo ?? shown.closesAt
  note(io, `After ${formatInstant(last)}: gristmill resolve ${poll}, then gristmill rewards claim`)
}
