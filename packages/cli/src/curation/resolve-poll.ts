import { dealToChain, goodsHash } from '@gristmill/protocol'
import type { Client, Poll } from '@gristmill/sdk'
import type { Command } from 'commander'
import type { Io } from '../io.js'
import { fields, note, printResult } from '../output.js'
import type { PlannedTransaction } from '../plan/plan.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'
import { parsePollId } from './poll-id.js'
import { stateText, subjectText, turnoutText } from './poll-text.js'
import { moneyOfPoll } from './show-poll.js'

const RESOLVE_GAS = 400_000n

export async function resolvePoll(io: Io, command: Command, id: string): Promise<void> {
  const poll = parsePollId(id)
  await using session = await openSession(io, command)
  const { client } = session
  const shown = await client.curation.poll({ poll })
  const [money, now] = await Promise.all([moneyOfPoll(client, shown), client.chainTime()])
  await session.confirm({
    title: `Resolve poll ${poll}`,
    facts: {
      'if it passed': subjectText(shown),
      state: `${stateText(shown, now)}; ${turnoutText(shown)} has voted, ${shown.yes > shown.no ? 'most' : 'not most'} for it`,
      bond: money.format(shown.bond),
    },
    transactions: [await resolution(client, shown)],
    irreversible: 'What a poll decided cannot be undone; a listing that was removed stays so.',
  })
  const { receipt, ...parts } = await step(io, 'Resolves the poll', () => client.curation.resolve({ poll }))
  const lines = fields({
    poll,
    status: parts.status,
    'to the opener': money.format(parts.toOpener),
    'to the opponent': money.format(parts.toOpponent),
    'to all voters': money.format(parts.toVoters),
    'to the bounty': money.format(parts.toBounty),
    transaction: receipt.hash,
  })
  printResult(io, command, { poll, ...parts, transactionHash: receipt.hash }, lines)
  if (parts.toVoters > 0n) note(io, 'Whoever voted has a part of it: gristmill rewards claim')
}

/** The kind of a poll decides what ends it. */
async function resolution(client: Client, { poll, subject }: Poll): Promise<PlannedTransaction> {
  const planned = { contract: 'curation', typicalGas: RESOLVE_GAS } as const
  const args = { id: BigInt(poll) }
  if (subject.kind === 'config') {
    return { ...planned, function: 'resolveConfig', args: { ...args, config: { ...subject.config } } }
  }
  if (subject.kind !== 'dispute') return { ...planned, function: 'resolve', args }
  const { deal, goods } = await client.orders.get({ orderId: subject.orderId })
  return {
    ...planned,
    function: 'resolveDispute',
    args: { ...args, deal: dealToChain(deal), goodsHash: goodsHash(goods) },
  }
}
