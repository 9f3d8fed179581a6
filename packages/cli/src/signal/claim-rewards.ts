import type { Command } from 'commander'
import type { Io } from '../io.js'
import { fields, note, printResult } from '../output.js'
import type { PlannedTransaction } from '../plan/plan.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'
import { readRewards, sumsOf } from './read-rewards.js'

const CLAIM_GAS = 150_000n

export async function claimRewards(io: Io, command: Command): Promise<void> {
  await using session = await openSession(io, command)
  const { client, account } = session
  const rewards = await readRewards(client, account)
  const listings = rewards.signals.filter(({ amount }) => amount > 0n).map(({ listing }) => listing)
  const polls = rewards.votes.map(({ poll }) => poll)
  if (listings.length === 0 && polls.length === 0) {
    note(io, 'There is nothing to claim.')
    printResult(io, command, { signals: [], votes: [] }, [])
    return
  }
  const transactions: PlannedTransaction[] = []
  if (listings.length > 0) {
    const typicalGas = CLAIM_GAS * BigInt(listings.length)
    transactions.push({ contract: 'signals', function: 'claim', args: { listings }, typicalGas })
  }
  if (polls.length > 0) {
    const typicalGas = CLAIM_GAS * BigInt(polls.length)
    transactions.push({ contract: 'curation', function: 'claim', args: { polls: polls.map(BigInt) }, typicalGas })
  }
  await session.confirm({
    title: 'Claim what signals and votes have earned',
    moves: sumsOf(rewards).map(({ money, amount }) => ({ money, amount, from: 'rewards', to: 'vault' })),
    transactions,
  })
  const hashes: string[] = []
  const signals = listings.length === 0 ? [] : await claim('signals', () => client.signals.claim({ listings }))
  const votes = polls.length === 0 ? [] : await claim('votes', () => client.curation.claim({ polls }))
  async function claim<T>(
    what: string,
    work: () => Promise<{ claimed: T[]; receipt: { hash: string } }>,
  ): Promise<T[]> {
    const { claimed, receipt } = await step(io, `Claims for ${what}`, work)
    hashes.push(receipt.hash)
    return claimed
  }
  const credited = sumsOf(rewards).map(({ money, amount }) => money.format(amount))
  const lines = fields({ account, credited: credited.join(', '), transactions: hashes.join(' ') })
  printResult(io, command, { account, signals, votes, transactionHashes: hashes }, lines)
  note(io, 'It is in your Vault balance: gristmill vault withdraw all moves it to the wallet.')
}
