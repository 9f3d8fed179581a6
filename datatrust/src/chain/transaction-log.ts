import type { Address, Hex } from '@gristmill/protocol'
import { keccak256, Transaction, type TransactionLike } from 'ethers'
import { lock } from '../db/locks.js'
import type { Database } from '../db/open-database.js'
import { now } from '../now.js'

/** A transaction that was signed, and may have been sent. */
export interface LoggedTransaction {
  nonce: number
  raw: Hex
  /** Of every version of it, the latest last. */
  hashes: Hex[]
  /** Unix seconds: of the first version, and of the last time that it was sent. */
  firstSentAt: number
  sentAt: number
}

/** How long a mined transaction is remembered, seconds: longer than a chain changes its mind. */
const KEEP_SECONDS = 7 * 86_400

/**
 * The signing account's transactions, written before they are sent: whatever process dies, another one knows which nonce is
 * taken and by what, and can send it again. One nonce is given once, one call is under way once.
 */
export class TransactionLog {
  readonly #db: () => Database
  readonly #signer: Address

  /** The database may be opened later than the signer is needed. */
  constructor(db: () => Database, signer: Address) {
    this.#db = db
    this.#signer = signer
  }

  /** The latest transaction with this call. */
  async find(call: Hex): Promise<LoggedTransaction | undefined> {
    const row = await this.#rows().where('call', '=', call).orderBy('nonce', 'desc').limit(1).executeTakeFirst()
    return row === undefined ? undefined : logged(row)
  }

  /** The transaction of a nonce. */
  async at(nonce: number): Promise<LoggedTransaction | undefined> {
    const row = await this.#rows().where('nonce', '=', nonce).executeTakeFirst()
    return row === undefined ? undefined : logged(row)
  }

  /**
   * Takes the lowest nonce from `chainNonce` that nobody has taken, signs with it and writes that down; or gives what
   * another process wrote for the same call meanwhile.
   */
  async take(
    call: Hex,
    chainNonce: number,
    transaction: TransactionLike,
    sign: (transaction: TransactionLike) => Promise<string>,
  ): Promise<LoggedTransaction> {
    return this.#db()
      .transaction()
      .execute(async (trx) => {
        await lock(trx, 'signer')
        const rows = await trx
          .selectFrom('transactions')
          .selectAll()
          .where('signer', '=', this.#signer)
          .where('nonce', '>=', chainNonce)
          .orderBy('nonce')
          .execute()
        const same = rows.find((row) => row.call === call)
        if (same !== undefined) return logged(same)
        let nonce = chainNonce
        for (const row of rows) if (row.nonce === nonce) nonce += 1
        const raw = (await sign({ ...transaction, nonce })) as Hex
        const at = now()
        const hashes = JSON.stringify([keccak256(raw)])
        const row = { signer: this.#signer, nonce, call, raw, hashes, first_sent_at: at, sent_at: at }
        await trx
          .insertInto('transactions')
          .values(row)
          // One that another transaction of this account has replaced, on a chain that changed its mind.
          .onConflict((conflict) => conflict.columns(['signer', 'nonce']).doUpdateSet({ ...row, is_mined: false }))
          .execute()
        return { nonce, raw, hashes: [keccak256(raw) as Hex], firstSentAt: at, sentAt: at }
      })
  }

  /** Frees the nonce of a transaction that no node ever took, if it is the last. */
  async giveBack({ nonce }: LoggedTransaction): Promise<void> {
    await this.#db()
      .transaction()
      .execute(async (trx) => {
        await lock(trx, 'signer')
        const last = await trx
          .selectFrom('transactions')
          .select('nonce')
          .where('signer', '=', this.#signer)
          .orderBy('nonce', 'desc')
          .limit(1)
          .executeTakeFirst()
        if (last?.nonce !== nonce) return
        await trx.deleteFrom('transactions').where('signer', '=', this.#signer).where('nonce', '=', nonce).execute()
      })
  }

  /** What is not known to be mined, in order. */
  async open(): Promise<LoggedTransaction[]> {
    const rows = await this.#rows().where('is_mined', '=', false).orderBy('nonce').limit(100).execute()
    return rows.map(logged)
  }

  /** Notes that the chain has a transaction of every nonce below this one, and forgets old ones. */
  async settle(chainNonce: number): Promise<void> {
    await this.#db()
      .updateTable('transactions')
      .set({ is_mined: true })
      .where('signer', '=', this.#signer)
      .where('nonce', '<', chainNonce)
      .where('is_mined', '=', false)
      .execute()
    await this.#db()
      .deleteFrom('transactions')
      .where('signer', '=', this.#signer)
      .where('is_mined', '=', true)
      .where('sent_at', '<', now() - KEEP_SECONDS)
      .execute()
  }

  /** Takes it upon itself to send a transaction again; false if another process was faster. `raw` replaces it. */
  async resend({ nonce, sentAt, hashes }: LoggedTransaction, raw: Hex): Promise<boolean> {
    const hash = keccak256(raw) as Hex
    const all = hashes.includes(hash) ? hashes : [...hashes, hash]
    const result = await this.#db()
      .updateTable('transactions')
      .set({ sent_at: now(), raw, hashes: JSON.stringify(all) })
      .where('signer', '=', this.#signer)
      .where('nonce', '=', nonce)
      .where('sent_at', '=', sentAt)
      .executeTakeFirst()
    return result.numUpdatedRows > 0n
  }

  #rows() {
    return this.#db().selectFrom('transactions').selectAll().where('signer', '=', this.#signer)
  }
}

/** What a call is known by, whatever its nonce and fee. */
export function callOf({ to, data }: TransactionLike): Hex {
  return keccak256(
    Transaction.from({ to: to ?? null, data: data ?? '0x', chainId: 1n, type: 2 }).unsignedSerialized,
  ) as Hex
}

function logged(row: {
  nonce: number
  raw: Hex
  hashes: string
  first_sent_at: number
  sent_at: number
}): LoggedTransaction {
  const { nonce, raw, first_sent_at: firstSentAt, sent_at: sentAt } = row
  return { nonce, raw, hashes: JSON.parse(row.hashes) as Hex[], firstSentAt, sentAt }
}
