import {
  type Address,
  type Budget,
  chargeBudget,
  type Hex,
  type LedgerCharge,
  type OrderId,
  type Spent,
} from '@gristmill/protocol'
import { lock } from '../db/locks.js'
import type { Database, DatabaseTransaction } from '../db/open-database.js'
import { append, type LedgerEntry } from './ledger.js'

/** What an order of a run is charged. */
export interface ChargeParams {
  entry: LedgerEntry
  /** Absent where nothing is charged against one. */
  budget: Budget | undefined
}

/**
 * Charges the orders of a run before it begins, whatever it will end in: bits and epsilon in one entry for each order, all
 * or none. Gives the orders' entries, the same each time. Throws `BudgetExceededError` if one of the budgets does not
 * cover it.
 */
export function charge(db: Database, charges: readonly ChargeParams[]): Promise<LedgerCharge[]> {
  return db.transaction().execute(async (trx) => {
    await lock(trx, 'ledger')
    const entries: LedgerCharge[] = []
    for (const { entry, budget } of charges) {
      const order = await chargeOf(trx, entry.orderId)
      if (budget !== undefined) {
        const spent = await spentOf(trx, entry.dataset, entry.sponsor)
        chargeBudget(budget, { ...spent, order }, entry)
      }
      entries.push(order ?? (await append(trx, entry)))
    }
    return entries
  })
}

/**
 * Charges an order that was served, or may have been, in a life this database does not remember: what it told is told.
 * Charging it again changes nothing.
 */
export async function chargeForgotten(trx: DatabaseTransaction, entry: LedgerEntry): Promise<void> {
  await lock(trx, 'ledger')
  if ((await chargeOf(trx, entry.orderId)) === undefined) await append(trx, entry)
}

/** What an order was charged; undefined if it was not. */
async function chargeOf(trx: DatabaseTransaction, orderId: OrderId): Promise<LedgerCharge | undefined> {
  const row = await trx
    .selectFrom('ledger')
    .select(['position', 'head', 'bits', 'epsilon_micros'])
    .where('order_id', '=', orderId)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { position, head, bits, epsilon_micros: epsilonMicros } = row
  return { position, head, bits, epsilonMicros }
}

/** What was charged for a dataset, in all and for one sponsor. */
export async function spentOf(db: Database | DatabaseTransaction, dataset: Hex, sponsor: Address): Promise<Spent> {
  const rows = await db
    .selectFrom('ledger')
    .select(['sponsor', 'bits', 'epsilon_micros'])
    .where('dataset', '=', dataset)
    .execute()
  const own = rows.filter((row) => row.sponsor === sponsor)
  return {
    bits: rows.reduce((sum, row) => sum + row.bits, 0),
    sponsorBits: own.reduce((sum, row) => sum + row.bits, 0),
    epsilonMicros: rows.reduce((sum, row) => sum + row.epsilon_micros, 0),
    sponsorEpsilonMicros: own.reduce((sum, row) => sum + row.epsilon_micros, 0),
  }
}
