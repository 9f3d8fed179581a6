import type { Address } from '@gristmill/protocol'
import { onChain } from '../chain/on-chain.js'
import type { Connection } from '../connection.js'
import { readToken } from '../payment/token.js'

/** What `client.vault.token` takes. */
export interface TokenParams {
  token: Address
}

/** A token as its contract describes it. */
export interface Token {
  symbol: string
  decimals: number
}

/** How a token is called and counted, for display. */
export async function token(connection: Connection, params: TokenParams): Promise<Token> {
  const [symbol, decimals] = await onChain(() =>
    Promise.all([
      readToken<string>(connection.provider, params.token, 'symbol'),
      readToken<bigint>(connection.provider, params.token, 'decimals'),
    ]),
  )
  return { symbol, decimals: Number(decimals) }
}
