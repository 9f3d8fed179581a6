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
  /** Of the order's listing. */
  maker: Address
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
    for (const { entry, maker, budget } of charges) {
      const order = await chargeOf(trx, entry.orderId)
      if (budget !== undefined) {
        const spent = await spentOf(trx, { dataset: entry.dataset, maker }, entry.sponsor)
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

/** Whose budget is spent. */
export interface SpentOfParams {
  /** sha256 of the content, */
  dataset: Hex
  /** and who lists it: the budgets of others who hold the same would tell whoever guesses it whether they do. */
  maker: Address
}

/** What was charged for a maker's dataset, in all and for one sponsor. An order that was forgotten counts for every maker. */
export async function spentOf(
  db: Database | DatabaseTransaction,
  { dataset, maker }: SpentOfParams,
  sponsor: Address,
): Promise<Spent> {
  const rows = await db
    .selectFrom('ledger')
    .leftJoin('orders', 'orders.order_id', 'ledger.order_id')
    .leftJoin('lost_orders', 'lost_orders.order_id', 'ledger.order_id')
    .select(['ledger.sponsor', 'ledger.bits', 'ledger.epsilon_micros'])
    .where('ledger.dataset', '=', dataset)
    .where(({ eb, fn, or }) => {
      const owner = fn.coalesce('orders.maker', 'lost_orders.maker')
      return or([eb(owner, '=', maker), eb(owner, 'is', null)])
    })
    .execute()
  const own = rows.filter((row) => row.sponsor === sponsor)
  return {
    bits: rows.reduce((sum, row) => sum + row.bits, 0),
    sponsorBits: own.reduce((sum, row) => sum + row.bits, 0),
    epsilonMicros: rows.reduce((sum, row) => sum + row.epsilon_micros, 0),
    sponsorEpsilonMicros: own.reduce((sum, row) => sum + row.epsilon_micros, 0),
  }
}
