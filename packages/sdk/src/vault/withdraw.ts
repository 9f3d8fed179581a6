import type { Address } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { eventOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import { type Connection, requireSigner } from '../connection.js'

/** What `client.vault.withdraw` takes. */
export interface WithdrawParams {
  token: Address
  /** Units of the token's decimals. */
  amount: bigint
  /** Default: the client's account. */
  to?: Address
}

/** What `client.vault.withdraw` gives. */
export interface WithdrawResult {
  /** Units of the token's decimals. */
  amount: bigint
  receipt: ContractTransactionReceipt
}

/** Moves tokens from the Vault to a wallet. */
export async function withdraw(connection: Connection, params: WithdrawParams): Promise<WithdrawResult> {
  const { account } = requireSigner(connection)
  const { vault } = connection.contracts
  const receipt = await send(connection, vault.withdraw, params.token, params.amount, params.to ?? account)
  return { amount: eventOf(vault, vault.getEvent('Withdrawn'), receipt).amount, receipt }
}
