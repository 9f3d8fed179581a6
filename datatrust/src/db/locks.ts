import { sql } from 'kysely'
import type { DatabaseTransaction } from './open-database.js'

/** What is done by one transaction at a time, in whatever process. */
const LOCKS = { follower: 1, ledger: 2, signer: 3, attestations: 4 } as const

/** The first of two numbers of an advisory lock: ours. */
const NAMESPACE = 0x6d69_6c6c

/** Waits for its turn; given back at the end of the transaction, whatever that is. */
export async function lock(trx: DatabaseTransaction, name: keyof typeof LOCKS): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${sql.lit(NAMESPACE)}, ${sql.lit(LOCKS[name])})`.execute(trx)
}
