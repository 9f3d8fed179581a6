import type { Context } from '../context.js'
import { now } from '../now.js'

/** Processes over one database may differ so much in their clocks. */
const SKEW_SECONDS = 3_600

/** Forgets nonces of authorizations that are refused for their age anyway. */
export async function sweepNonces({ db }: Pick<Context, 'db'>): Promise<void> {
  await db
    .deleteFrom('nonces')
    .where('expiry', '<', now() - SKEW_SECONDS)
    .execute()
}
