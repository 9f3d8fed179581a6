import type { Address } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { eventOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import { type Connection, requireSigner } from '../connection.js'
import { InvalidParameterError } from '../errors/connection-errors.js'
import { signPermit } from '../payment/sign-permit.js'

/** What `client.vault.deposit` takes. */
export interface DepositParams {
  token: Address
  /** Units of the token's decimals. */
  amount: bigint
  /** Default `permit`; with `allowance` the Vault must be approved before. */
  payment?: 'permit' | 'allowance'
  /** Whose balance grows; only with `allowance`. Default: the payer's. */
  to?: Address
}

/** What `client.vault.deposit` gives. */
export interface DepositResult {
  /** What arrived, units of the token's decimals; less than `amount` for a token that takes a fee. */
  credited: bigint
  receipt: ContractTransactionReceipt
}

/** Moves tokens from the wallet into the Vault. */
export async function deposit(connection: Connection, params: DepositParams): Promise<DepositResult> {
  const { account } = requireSigner(connection)
  const { token, amount, payment = 'permit', to = account } = params
  const { vault } = connection.contracts
  if (payment === 'permit' && to.toLowerCase() !== account.toLowerCase()) {
    throw new InvalidParameterError('to', 'a permit credits its signer only: pay by allowance to credit another.', {
      to,
    })
  }
  const receipt =
    payment === 'permit'
      ? await depositByPermit(connection, token, amount)
      : await send(connection, vault.deposit, token, amount, to)
  return { credited: eventOf(vault, vault.getEvent('Deposited'), receipt).amount, receipt }
}

async function depositByPermit(
  connection: Connection,
  token: Address,
  amount: bigint,
): Promise<ContractTransactionReceipt> {
  const { vault } = connection.contracts
  const { deadline, v, r, s } = await signPermit(connection, { token, spender: connection.deployment.vault, amount })
  return send(connection, vault.depositWithPermit, token, amount, deadline, v, r, s)
}
