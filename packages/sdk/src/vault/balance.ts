import type { Address } from '@gristmill/protocol'
import { onChain } from '../chain/on-chain.js'
import { type Connection, requireSigner } from '../connection.js'
import { readToken } from '../payment/token.js'

/** What `client.vault.balance` takes. */
export interface BalanceParams {
  token: Address
  /** Default: the client's account. */
  account?: Address
}

/** Units of the token's decimals. */
export interface Balance {
  vault: bigint
  wallet: bigint
}

/** What an account has in the Vault and in its wallet. */
export async function balance(connection: Connection, params: BalanceParams): Promise<Balance> {
  const account = params.account ?? requireSigner(connection).account
  const [vault, wallet] = await onChain(() =>
    Promise.all([
      connection.contracts.vault.balanceOf(account, BigInt(params.token)),
      readToken<bigint>(connection.provider, params.token, 'balanceOf', account),
    ]),
  )
  return { vault, wallet }
}
