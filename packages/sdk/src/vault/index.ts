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
    deposit: (params: DepositParams) => deposit(connection, params),
    withdraw: (params: WithdrawParams) => withdraw(connection, params),
    balance: (params: BalanceParams) => balance(connection, params),
    token: (params: TokenParams) => token(connection, params),
    /** True if the token takes EIP-2612 permits. */
    hasPermit: (params: TokenParams) => hasPermit(connection, params.token),
    authorize: (params: AuthorizeParams) => authorize(connection, params),
    approve: (params: ApproveParams) => approve(connection, params),
    revoke: (params: AuthorizeParams) => revoke(connection, params),
  }
}
