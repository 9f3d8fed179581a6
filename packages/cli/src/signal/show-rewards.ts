import type { Command } from 'commander'
import type { Io } from '../io.js'
import { formatShares } from '../money.js'
import { note, printResult } from '../output.js'
import { openAccountReader } from '../portfolio/account-reader.js'
import { table } from '../table.js'
import { readRewards, sumsOf } from './read-rewards.js'

export async function showRewards(io: Io, command: Command, options: { account?: string }): Promise<void> {
  await using reader = await openAccountReader(io, command, options)
  const { client, account } = reader
  const rewards = await readRewards(client, account)
  const { signals, votes, money } = rewards
  const rows = [
    ...signals.map(({ listing, asset, amount, active, pending }) => ({
      for: `signal on ${listing}`,
      shares: formatShares(active + pending),
      earned: money.get(asset)?.format(amount),
    })),
    ...votes.map(({ poll, asset, amount }) => ({
      for: `vote in poll ${poll}`,
      earned: money.get(asset)?.format(amount),
    })),
  ]
  if (rows.length === 0) note(io, 'There is nothing: no signal, and no vote with something to claim.')
  const columns = [{ name: 'for' }, { name: 'shares', align: 'right' }, { name: 'earned', align: 'right' }] as const
  printResult(io, command, { account, signals, votes }, rows.length === 0 ? [] : table(io, columns, rows))
  if (sumsOf(rewards).length > 0) note(io, 'To have it: gristmill rewards claim')
}
