import type { Contracts } from '@gristmill/sdk'
import type { Money } from '../money.js'

/** What a command would do with the account's keys: shown before the first signature, and the limit of what is signed. */
export interface Plan {
  /** `Deposit 5.0 USD into the Vault` */
  title: string
  /** Money that goes out of, or comes into, the account. */
  moves?: readonly Move[]
  /** Further lines, by name: price, licence, periods. */
  facts?: Readonly<Record<string, string | number | undefined>>
  /** EIP-712 messages signed beside the transactions, by primary type: `Permit`, `Acceptance`, `Approval`. */
  signatures?: readonly string[]
  /** In the order in which they are sent. */
  transactions: readonly PlannedTransaction[]
  /** What cannot be taken back, as a sentence. */
  irreversible?: string
}

export interface Move {
  money: Money
  /** Units of the money's decimals. */
  amount: bigint
  /** `wallet` and `vault` are the account's own; anything else is said as it stands. */
  from: string
  to: string
}

export interface PlannedTransaction {
  contract: keyof Contracts | 'token'
  /** Of `token`. */
  address?: string
  function: string
  /**
   * What is known of the arguments, by the names of the contract's interface, structs as objects. What is sent must
   * agree with it. If all are known, the gas is estimated, and a call that would revert fails before the question.
   */
  args: Readonly<Record<string, unknown>>
  /** Gas assumed where it cannot be estimated: behind a permit, or behind another transaction of the plan. */
  typicalGas: bigint
}
