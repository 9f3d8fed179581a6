import type { TypedContractMethod } from '@gristmill/abi'
import type { Address } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { send } from '../chain/send.js'
import { type Connection, requireSigner } from '../connection.js'
import { tokenContract } from '../payment/token.js'
import type { Module } from './authorize.js'

/** What `client.vault.approve` takes. */
export interface ApproveParams {
  token: Address
  /** Who may take the tokens: the Vault for deposits, otherwise the module that is paid. */
  spender: 'vault' | Module
  /** Units of the token's decimals; replaces what was approved before. */
  amount: bigint
}

/** What `client.vault.approve` gives. */
export interface ApproveResult {
  spender: Address
  receipt: ContractTransactionReceipt
}

type Approve = TypedContractMethod<[spender: string, amount: bigint], [boolean], 'nonpayable'>

/** Approves a spender on the token itself, for payments by allowance; a permit needs none of it. */
export async function approve(connection: Connection, params: ApproveParams): Promise<ApproveResult> {
  const { signer } = requireSigner(connection)
  const { token, amount } = params
  const spender = connection.deployment[params.spender]
  const method = tokenContract(signer, token).getFunction('approve') as unknown as Approve
  return { spender, receipt: await send(connection, method, spender, amount) }
}
