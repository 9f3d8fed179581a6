import type { Address, Hex } from '@gristmill/protocol'
import type { Context } from '../context.js'
import { RequestReplayedError } from './authorization-errors.js'

export interface ConsumeNonceParams {
  account: Address
  nonce: Hex
  /** Unix seconds, until which it has to be remembered. */
  expiry: number
}

/**
 * Takes a nonce, once: one statement, so that of any number of requests at once, to any number of processes over one
 * database, one succeeds. Throws RequestReplayedError for the others.
 */
export async function consumeNonce({ db }: Pick<Context, 'db'>, params: ConsumeNonceParams): Promise<void> {
  const inserted = await db
    .insertInto('nonces')
    .values(params)
    .onConflict((conflict) => conflict.doNothing())
    .returning('nonce')
    .executeTakeFirst()
  if (inserted === undefined) throw new RequestReplayedError(params.nonce)
}
