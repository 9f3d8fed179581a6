import type { Address } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'

/** A contract that takes payments. */
export type Module = 'datatrusts' | 'markets' | 'listings' | 'orders' | 'curation'

/** What `client.vault.authorize` and `client.vault.revoke` take. */
export interface AuthorizeParams {
  module: Module
}

/** What `client.vault.authorize` and `client.vault.revoke` give. */
export interface AuthorizeResult {
  operator: Address
  receipt: ContractTransactionReceipt
}

/** Lets a module take payments from the account's Vault balance. An ERC-6909 operator may move every token of it. */
export async function authorize(connection: Connection, params: AuthorizeParams): Promise<AuthorizeResult> {
  return setOperator(connection, params.module, true)
}

/** Takes the authorization of a module back. */
export async function revoke(connection: Connection, params: AuthorizeParams): Promise<AuthorizeResult> {
  return setOperator(connection, params.module, false)
}

async function setOperator(connection: Connection, module: Module, approved: boolean): Promise<AuthorizeResult> {
  const operator = connection.deployment[module]
  const receipt = await send(connection, connection.contracts.vault.setOperator, operator, approved)
  return { operator, receipt }
}
