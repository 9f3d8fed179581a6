import type { PaymentStruct } from '@gristmill/abi'
import { type Address, ZERO_BYTES32 } from '@gristmill/protocol'
import type { Connection } from '../connection.js'
import { signPermit } from './sign-permit.js'

/**
 * Where the payer's money comes from. `vault`: the Vault balance, the module being authorized. `permit`: the wallet,
 * with an EIP-2612 permit of exactly the amount. `allowance`: the wallet, the module being approved before.
 */
export type PaymentMethod = 'vault' | 'permit' | 'allowance'

/** Positions of Source in contracts. */
const VAULT = 0
const WALLET = 1

export interface ToPaymentParams {
  method: PaymentMethod
  token: Address
  /** The module that is called. */
  spender: Address
  /** Due, units of the token's decimals. */
  amount: bigint
}

/** The Payment struct of a call. */
export async function toPayment(connection: Connection, params: ToPaymentParams): Promise<PaymentStruct> {
  const { method, token, spender, amount } = params
  const unsigned = { permitDeadline: 0n, v: 0, r: ZERO_BYTES32, s: ZERO_BYTES32 }
  // What is free needs neither a permit nor an operator.
  if (method === 'vault' || amount === 0n) return { source: VAULT, ...unsigned }
  if (method === 'allowance') return { source: WALLET, ...unsigned }
  const { deadline, v, r, s } = await signPermit(connection, { token, spender, amount })
  return { source: WALLET, permitDeadline: deadline, v, r, s }
}
