import { createHash, randomBytes } from 'node:crypto'
import {
  type Address,
  type Cost,
  canonicalJson,
  type Hex,
  type LedgerCharge,
  type OrderId,
  ProtocolError,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import type { Database, DatabaseTransaction } from '../db/open-database.js'

/** One debit: what an order may let out, whether or not it succeeds. */
export interface LedgerEntry extends Cost {
  /** sha256 of the content: a maker who lists the same data again does not renew its budget. */
  dataset: Hex
  sponsor: Address
  orderId: OrderId
}

/** Thrown at start when the ledger of budgets was changed behind the datatrust's back. */
export class LedgerCorruptError extends ProtocolError {
  readonly code = 'LEDGER_CORRUPT' as const

  constructor(position: number) {
    super(`The ledger of budgets does not add up at entry ${position}. Restore the database from a backup.`, {
      details: { position },
    })
  }
}

/**
 * Writes the next entry; its head commits to every entry before it. A nonce that is told to nobody is under it, too: heads
 * are in receipts, and who knows the heads could try otherwise whether the data is what they think.
 */
export async function append(trx: DatabaseTransaction, entry: LedgerEntry): Promise<LedgerCharge> {
  const last = await trx
    .selectFrom('ledger')
    .select(['position', 'head'])
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  const position = (last?.position ?? 0) + 1
  const { dataset, sponsor, orderId: order_id, bits, epsilonMicros: epsilon_micros } = entry
  const nonce: Hex = `0x${randomBytes(32).toString('hex')}`
  const head = headOf(position, { ...entry, nonce }, last?.head ?? ZERO_BYTES32)
  const values = { position, dataset, sponsor, order_id, bits, epsilon_micros, nonce, head }
  await trx.insertInto('ledger').values(values).execute()
  return { position, head, bits, epsilonMicros: epsilon_micros }
}

/** Recomputes every head. Throws `LedgerCorruptError` at the first entry that differs. */
export async function verifyLedger(db: Database): Promise<void> {
  const rows = await db.selectFrom('ledger').selectAll().orderBy('position').execute()
  let previous: Hex = ZERO_BYTES32
  for (const [index, row] of rows.entries()) {
    const { dataset, sponsor, order_id: orderId, bits, epsilon_micros: epsilonMicros, nonce } = row
    const entry = { dataset, sponsor, orderId, bits, epsilonMicros, nonce }
    previous = headOf(index + 1, entry, previous)
    if (row.position !== index + 1 || row.head !== previous) throw new LedgerCorruptError(index + 1)
  }
}

/** What entries from before have none of, an epsilon and a nonce, is left out, so that their heads stay what they are. */
function headOf(position: number, entry: LedgerEntry & { nonce: Hex | null }, previous: Hex): Hex {
  const { epsilonMicros, nonce, ...rest } = entry
  const spent = { ...rest, ...(epsilonMicros === 0 ? {} : { epsilonMicros }), ...(nonce === null ? {} : { nonce }) }
  const text = canonicalJson({ position, ...spent, previous })
  return `0x${createHash('sha256').update(text).digest('hex')}`
}
