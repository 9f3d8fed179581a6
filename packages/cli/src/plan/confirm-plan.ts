import type { Client } from '@gristmill/sdk'
import type { Command } from 'commander'
import { formatEther } from 'ethers'
import { ConfirmationNeededError, DeclinedError, NotEnoughGasError, NotEnoughMoneyError } from '../cli-errors.js'
import { DryRunEnded, type Io, isInteractive } from '../io.js'
import { note, printResult } from '../output.js'
import { askYesNo } from '../prompt.js'
import { style } from '../style.js'
import { estimate } from './gas.js'
import type { Plan } from './plan.js'
import { type Assessment, type BalanceChange, planDocument, renderPlan, renderTransactions } from './render-plan.js'

export interface ConfirmOptions {
  yes?: boolean
  dryRun?: boolean
}

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
  const { yes, dryRun } = command.optsWithGlobals<ConfirmOptions>()
  const assessment = await assess(client, account, plan)
  if (dryRun === true) {
    const lines = [
      ...renderPlan(assessment),
      ...renderTransactions(assessment.transactions),
      'Nothing was signed or sent.',
    ]
    printResult(io, command, planDocument(assessment), lines)
    throw new DryRunEnded()
  }
  const [title, ...lines] = renderPlan(assessment)
  note(io, '')
  if (!io.quiet) io.stderr.write(`${style(io, io.stderr, 'bold', title ?? '')}\n`)
  for (const line of lines) note(io, line)
  if (yes === true) return
  if (!isInteractive(io)) throw new ConfirmationNeededError(plan.title)
  if (!(await askYesNo(io, 'Go on?'))) throw new DeclinedError(plan.title)
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
