import type { Command } from 'commander'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { NothingToMoveError } from '../money-errors.js'
import { fields, printResult } from '../output.js'
import type { Plan, PlannedTransaction } from '../plan/plan.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'
import { type TokenOption, tokenOf } from './token-of.js'

const APPROVE_GAS = 60_000n
const DEPOSIT_GAS = 130_000n

export async function depositIntoVault(
  io: Io,
  command: Command,
  text: string,
  options: TokenOption & { by?: 'permit' | 'approval' },
): Promise<void> {
  await using session = await openSession(io, command)
  const { client, account } = session
  const money = await moneyOf(client, await tokenOf(session, options))
  const { token } = money
  const amount = text === 'all' ? (await client.vault.balance({ token })).wallet : money.parse('amount', text)
  if (amount === 0n) throw new NothingToMoveError('wallet', money.symbol)
  const { vault } = client.deployment
  const permits = options.by === undefined ? await client.vault.hasPermit({ token }) : options.by === 'permit'
  const approve: PlannedTransaction = {
    contract: 'token',
    address: token,
    function: 'approve',
    args: { spender: vault, amount },
    typicalGas: APPROVE_GAS,
  }
  const deposit: PlannedTransaction = permits
    ? { contract: 'vault', function: 'depositWithPermit', args: { token, amount }, typicalGas: DEPOSIT_GAS }
    : { contract: 'vault', function: 'deposit', args: { token, amount, to: account }, typicalGas: DEPOSIT_GAS }
  const plan: Plan = {
    title: `Deposit ${money.format(amount)} into the Vault`,
    moves: [{ money, amount, from: 'wallet', to: 'vault' }],
    ...(permits ? { signatures: ['Permit'] } : {}),
    transactions: permits ? [deposit] : [approve, deposit],
  }
  await session.confirm(plan)
  if (!permits) await step(io, 'Approves the Vault', () => client.vault.approve({ token, spender: 'vault', amount }))
  const payment = permits ? 'permit' : 'allowance'
  const { credited, receipt } = await step(io, 'Deposits', () => client.vault.deposit({ token, amount, payment }))
  const lines = fields({ deposited: money.format(credited), transaction: receipt.hash })
  printResult(io, command, { account, token, amount: credited, transactionHash: receipt.hash }, lines)
}
