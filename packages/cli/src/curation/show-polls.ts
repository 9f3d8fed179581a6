import type { MarketId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId, parseLimit } from '../arguments.js'
import type { Io } from '../io.js'
import { note, printResult } from '../output.js'
import { openReader } from '../session.js'
import { table } from '../table.js'
import { stateText, subjectText, turnoutText } from './poll-text.js'

export interface ShowPollsOptions {
  market?: string
  open?: true
  limit: string
  after?: string
}

export async function showPolls(io: Io, command: Command, options: ShowPollsOptions): Promise<void> {
  const { market, open, after } = options
  const search = {
    ...(market === undefined ? {} : { market: parseId('--market', market) as MarketId }),
    ...(open === undefined ? {} : { open }),
    ...(after === undefined ? {} : { after }),
    limit: parseLimit('--limit', options.limit),
  }
  await using reader = await openReader(io, command)
  const { client } = reader
  const [{ polls, next }, now] = await Promise.all([client.curation.polls(search), client.chainTime()])
  if (polls.length === 0) note(io, 'There is no such poll.')
  if (next !== undefined) note(io, `There are more: add --after ${next}`)
  const rows = polls.map((poll) => ({
    poll: poll.poll,
    about: subjectText(poll),
    state: stateText(poll, now),
    turnout: turnoutText(poll),
  }))
  const columns = [{ name: 'poll', align: 'right' as const }, { name: 'about' }, { name: 'state' }, { name: 'turnout' }]
  printResult(io, command, { polls, next }, rows.length === 0 ? [] : table(io, columns, rows))
}
