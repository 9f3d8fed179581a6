import type { Context } from '../context.js'
import { now } from '../now.js'

/** Forgets nonces of authorizations that are refused for their age anyway. */
export async function sweepNonces({ db }: Pick<Context, 'db'>): Promise<void> {
  await db.deleteFrom('nonces').where('expiry', '<', now()).execute()
}
