import type { Client } from '@gristmill/sdk'
import type { Command } from 'commander'
import { formatEther } from 'ethers'
import type { Io } from '../io.js'
import { NotEnoughGasError, NotEnoughMoneyError } from '../money-errors.js'
import { askToGoOn } from './ask-to-go-on.js'
import { estimate } from './gas.js'
import type { Plan } from './plan.js'
import { type Assessment, type BalanceChange, planDocument, renderPlan, renderTransactions } from './render-plan.js'

/**
 * Shows a plan and asks. Returns if it may be carried out; throws if somebody said no, if nobody can be asked, or if
 * there is not enough money for it. With `--dry-run` it prints the plan as the result and ends the run.
 */
export async function confirmPlan(
  io: Io,
  command: Command,
  client: Client,
  account: string,
  plan: Plan,
): Promise<void> {
  const assessment = await assess(client, account, plan)
  const [, ...lines] = renderPlan(assessment)
  await askToGoOn(io, command, {
    title: plan.title,
    lines,
    more: [...renderTransactions(assessment.transactions), 'Nothing was signed or sent.'],
    document: planDocument(assessment),
  })
}

async function assess(client: Client, account: string, plan: Plan): Promise<Assessment> {
  const balances = await changesOf(client, account, plan)
  for (const { move, of, before, after } of balances) {
    if (after < 0n)
      throw new NotEnoughMoneyError({
        of,
        needed: move.money.format(before - after),
        held: move.money.format(before),
        account,
      })
  }
  const [transactions, feeData, nativeBalance] = await Promise.all([
    estimate(client, account, plan.transactions),
    client.provider.getFeeData(),
    client.provider.getBalance(account),
  ])
  const gas = transactions.reduce((sum, transaction) => sum + transaction.gas, 0n)
  const fee = gas * (feeData.gasPrice ?? 0n)
  // The node asks for the most that it may become.
  const feeMax = (gas + gas / 4n) * (feeData.maxFeePerGas ?? feeData.gasPrice ?? 0n)
  if (feeMax > nativeBalance) {
    throw new NotEnoughGasError({ needed: formatEther(feeMax), held: formatEther(nativeBalance), account })
  }
  return { plan, account, balances, transactions, fee, nativeBalance }
}

/** What wallet and Vault hold of every token of the plan, before and after. */
async function changesOf(client: Client, account: string, { moves = [] }: Plan): Promise<BalanceChange[]> {
  const changes = new Map<string, BalanceChange>()
  for (const move of moves) {
    const balance = await client.vault.balance({ token: move.money.token, account: account as `0x${string}` })
    for (const [side, sign] of [
      [move.from, -1n],
      [move.to, 1n],
    ] as const) {
      if (side !== 'wallet' && side !== 'vault') continue
      const key = `${move.money.token.toLowerCase()} ${side}`
      const change = changes.get(key) ?? { move, of: side, before: balance[side], after: balance[side] }
      changes.set(key, { ...change, after: change.after + sign * move.amount })
    }
  }
  return [...changes.values()]
}
