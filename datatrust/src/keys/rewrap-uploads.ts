import { rewrap } from '@gristmill/envelope'
import type { Database } from '../db/open-database.js'
import type { Keyring } from './keyring.js'

/** Rows taken at a time: what is lost to a crash is less than that, and nothing of it is lost. */
const BATCH_ROWS = 100

/** How far a rewrapping is. */
export interface RewrapProgress {
  doneAssets: number
  totalAssets: number
}

export interface RewrapUploadsParams {
  db: Database
  keyring: Keyring
  onProgress?: (progress: RewrapProgress) => void
  signal?: AbortSignal | undefined
}

/**
 * Gives every stored asset key packets for the newest key; the data stays as it is. May be broken off at any moment and
 * begun again, here or elsewhere: a row changes as a whole, and only if nobody else changed it. Returns how many were.
 */
export async function rewrapUploads(params: RewrapUploadsParams): Promise<number> {
  const { db, keyring, onProgress, signal } = params
  const { recipient, decryptionKey } = keyring
  const totalAssets = await countOthers(db, recipient.fingerprint)
  let doneAssets = 0
  let after: { account: string; upload_id: string } | undefined
  for (;;) {
    let select = db
      .selectFrom('uploads')
      .select(['account', 'upload_id', 'key_packets'])
      .where('key_packets', 'is not', null)
      .where(({ eb, or }) =>
        or([eb('key_fingerprint', 'is', null), eb('key_fingerprint', '<>', recipient.fingerprint)]),
      )
      .orderBy('account')
      .orderBy('upload_id')
      .limit(BATCH_ROWS)
    const last = after
    if (last !== undefined) {
      select = select.where(({ eb, or, and }) =>
        or([
          eb('account', '>', last.account as never),
          and([eb('account', '=', last.account as never), eb('upload_id', '>', last.upload_id as never)]),
        ]),
      )
    }
    const rows = await select.execute()
    for (const { account, upload_id, key_packets } of rows) {
      signal?.throwIfAborted()
      const packets = await rewrap(key_packets as Uint8Array, { decryptionKey, recipient })
      await db
        .updateTable('uploads')
        .set({ key_packets: packets, key_fingerprint: recipient.fingerprint })
        .where('account', '=', account)
        .where('upload_id', '=', upload_id)
        .where('key_packets', '=', key_packets)
        .execute()
      doneAssets += 1
      onProgress?.({ doneAssets, totalAssets: Math.max(doneAssets, totalAssets) })
    }
    if (rows.length < BATCH_ROWS) return doneAssets
    after = rows.at(-1)
  }
}

/** Assets that another key than this opens. */
export async function countOthers(db: Database, fingerprint: string): Promise<number> {
  const { count } = await db
    .selectFrom('uploads')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('key_packets', 'is not', null)
    .where(({ eb, or }) => or([eb('key_fingerprint', 'is', null), eb('key_fingerprint', '<>', fingerprint as never)]))
    .executeTakeFirstOrThrow()
  return Number(count)
}
