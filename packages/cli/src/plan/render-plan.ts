import { toWire } from '@gristmill/protocol'
import { formatEther } from 'ethers'
import { fields } from '../output.js'
import type { EstimatedTransaction } from './gas.js'
import type { Move, Plan } from './plan.js'

/** A plan with what the chain says about it. */
export interface Assessment {
  plan: Plan
  account: string
  balances: readonly BalanceChange[]
  transactions: readonly EstimatedTransaction[]
  /** At the price of now, wei. */
  fee: bigint
  nativeBalance: bigint
}

export interface BalanceChange {
  move: Move
  of: 'wallet' | 'vault'
  before: bigint
  after: bigint
}

const KNOWN_LATER = '(known once it is signed)'
const NATIVE = 'of the native coin'

/** The plan for people. */
export function renderPlan({ plan, account, balances, transactions, fee, nativeBalance }: Assessment): string[] {
  const { moves = [], facts = {}, signatures = [], irreversible } = plan
  const rows: [string, string | number | undefined][] = [['account', account], ...Object.entries(facts)]
  for (const { money, amount, from, to } of moves)
    rows.push(['moves', `${money.format(amount)} from ${place(from)} to ${place(to)}`])
  for (const { move, of, before, after } of balances) {
    rows.push([place(of), `${move.money.format(before)} now, ${move.money.format(after)} after`])
  }
  if (signatures.length > 0) rows.push(['signs', signatures.join(', ')])
  for (const { contract, function: name } of transactions) rows.push(['sends', `${contract}.${name}`])
  if (transactions.length > 0) {
    rows.push(['fee', `about ${formatEther(fee)} ${NATIVE}; you have ${formatEther(nativeBalance)}`])
  }
  return [
    plan.title,
    ...aligned(rows).map((line) => `  ${line}`),
    ...(irreversible === undefined ? [] : [`  ${irreversible}`]),
  ]
}

/** What would be sent, argument by argument. */
export function renderTransactions(transactions: readonly EstimatedTransaction[]): string[] {
  return transactions.flatMap(({ contract, function: name, to, args, unknown, gas, isEstimated }, index) => [
    `Transaction ${index + 1}: ${contract}.${name} at ${to}`,
    ...fields({
      ...Object.fromEntries(
        Object.entries(args).map(([key, value]) => [key, typeof value === 'object' ? toWire(value) : String(value)]),
      ),
      ...Object.fromEntries(unknown.map((key) => [key, KNOWN_LATER])),
      gas: `${isEstimated ? '' : 'about '}${gas}`,
    }).map((line) => `  ${line}`),
  ])
}

/** The plan for programs. */
export function planDocument({ plan, account, balances, transactions, fee, nativeBalance }: Assessment) {
  return {
    dryRun: true,
    title: plan.title,
    account,
    facts: plan.facts ?? {},
    moves: (plan.moves ?? []).map(({ money, amount, from, to }) => ({ token: money.token, amount, from, to })),
    balances: balances.map(({ move, of, before, after }) => ({ token: move.money.token, of, before, after })),
    signatures: plan.signatures ?? [],
    transactions: transactions.map(({ contract, to, function: name, args, gas, isEstimated }) => ({
      contract,
      address: to,
      function: name,
      args,
      gas,
      isEstimated,
    })),
    feeWei: fee,
    nativeBalanceWei: nativeBalance,
    irreversible: plan.irreversible,
  }
}

function place(name: string): string {
  return name === 'wallet' ? 'your wallet' : name === 'vault' ? 'your Vault balance' : name
}

function aligned(rows: readonly [string, string | number | undefined][]): string[] {
  const present = rows.filter(([, value]) => value !== undefined && value !== '')
  const width = Math.max(...present.map(([name]) => name.length))
  return present.map(([name, value]) => `${name.padEnd(width)}  ${value}`)
}
