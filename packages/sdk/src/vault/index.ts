import type { Connection } from '../connection.js'
import { hasPermit } from '../payment/sign-permit.js'
import { type ApproveParams, approve } from './approve.js'
import { type AuthorizeParams, authorize, revoke } from './authorize.js'
import { type BalanceParams, balance } from './balance.js'
import { type DepositParams, deposit } from './deposit.js'
import { type TokenParams, token } from './token.js'
import { type WithdrawParams, withdraw } from './withdraw.js'

/** The verbs of the Vault, bound to a connection. */
export function bindVault(connection: Connection) {
  return {
    /** Moves tokens from the wallet into the Vault. */
    deposit: (params: DepositParams) => deposit(connection, params),
    /** Moves tokens from the Vault to a wallet. */
    withdraw: (params: WithdrawParams) => withdraw(connection, params),
    /** What an account has in the Vault and in its wallet. */
    balance: (params: BalanceParams) => balance(connection, params),
    /** How a token is called and counted, for display. */
    token: (params: TokenParams) => token(connection, params),
    /** True if the token takes EIP-2612 permits. */
    hasPermit: (params: TokenParams) => hasPermit(connection, params.token),
    /**
     * Lets a module take payments from the account's Vault balance. An ERC-6909 operator may move every token of it.
     */
    authorize: (params: AuthorizeParams) => authorize(connection, params),
    /** Approves a spender on the token itself, for payments by allowance; a permit needs none of it. */
    approve: (params: ApproveParams) => approve(connection, params),
    /** Takes the authorization of a module back. */
    revoke: (params: AuthorizeParams) => revoke(connection, params),
  }
}
