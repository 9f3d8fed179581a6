import type { Module, PaymentMethod } from '@gristmill/sdk'
import type { Io } from './io.js'
import type { Money } from './money.js'
import type { PlannedTransaction } from './plan/plan.js'
import { step } from './progress.js'
import type { Session } from './session.js'

const APPROVE_GAS = 60_000n
const SET_OPERATOR_GAS = 50_000n

/** What pays: the account's own wallet, or its balance in the Vault. */
export type Source = 'wallet' | 'vault'

export interface PlanPaymentParams {
  from: Source
  money: Money
  /** Units of the money's decimals. */
  amount: bigint
  /** Contract that is paid. */
  module: Module
}

/** How something is paid, as parts of a plan. */
export interface PlannedPayment {
  payment: PaymentMethod
  signatures: string[]
  /** Sent by `prepare`, before what is paid for. */
  transactions: PlannedTransaction[]
  prepare(): Promise<void>
}

/** Settles how a module gets its money: a permit where the token knows them, else an approval; the Vault needs it allowed once. */
export async function planPayment(io: Io, session: Session, params: PlanPaymentParams): Promise<PlannedPayment> {
  const { client, account } = session
  const { from, money, amount, module } = params
  const spender = client.deployment[module]
  const nothing = { signatures: [], transactions: [], prepare: async () => undefined }
  if (amount === 0n) return { payment: 'vault', ...nothing }
  if (from === 'vault') {
    if (await client.contracts.vault.isOperator(account, spender)) return { payment: 'vault', ...nothing }
    const args = { spender, approved: true }
    return {
      payment: 'vault',
      signatures: [],
      transactions: [{ contract: 'vault', function: 'setOperator', args, typicalGas: SET_OPERATOR_GAS }],
      prepare: async () => {
        await step(io, `Lets ${module} take payments from your Vault balance`, () => client.vault.authorize({ module }))
      },
    }
  }
  const { token } = money
  if (await client.vault.hasPermit({ token })) return { payment: 'permit', ...nothing, signatures: ['Permit'] }
  const approve: PlannedTransaction = {
    contract: 'token',
    address: token,
    function: 'approve',
    args: { spender, amount },
    typicalGas: APPROVE_GAS,
  }
  return {
    payment: 'allowance',
    signatures: [],
    transactions: [approve],
    prepare: async () => {
      await step(io, `Approves ${module}`, () => client.vault.approve({ token, spender: module, amount }))
    },
  }
}
