import { type Address, type Charge, chargeBudget, type Hex, type Policy, type Spent } from '@gristmill/protocol'
import { lock } from '../db/locks.js'
import type { Database, DatabaseTransaction } from '../db/open-database.js'
import { append, type LedgerEntry } from './ledger.js'

/**
 * Charges an order before it runs, whatever it will end in; charging it again changes nothing. Throws
 * `BudgetExceededError` if the policy's budget does not cover it.
 */
export function charge(db: Database, { budget }: Pick<Policy, 'budget'>, entry: LedgerEntry): Promise<Charge> {
  return db.transaction().execute(async (trx) => {
    await lock(trx, 'ledger')
    const known = await trx.selectFrom('ledger').select('bits').where('order_id', '=', entry.orderId).executeTakeFirst()
    const spent = await spentOf(trx, entry.dataset, entry.sponsor)
    const charged = chargeBudget(budget, { ...spent, orderBits: known?.bits }, entry.bits)
    if (charged.bits > 0) await append(trx, { ...entry, bits: charged.bits })
    return charged
  })
}

/**
 * Charges an order that was served, or may have been, in a life this database does not remember: what it told is told.
 * Charging it again changes nothing.
 */
export async function chargeForgotten(trx: DatabaseTransaction, entry: LedgerEntry): Promise<void> {
  await lock(trx, 'ledger')
  const known = await trx.selectFrom('ledger').select('bits').where('order_id', '=', entry.orderId).executeTakeFirst()
  if (known === undefined) await append(trx, entry)
}

/** What was charged for a dataset, in all and for one sponsor. */
export async function spentOf(db: Database | DatabaseTransaction, dataset: Hex, sponsor: Address): Promise<Spent> {
  const rows = await db.selectFrom('ledger').select(['sponsor', 'bits']).where('dataset', '=', dataset).execute()
  return {
    bits: rows.reduce((sum, row) => sum + row.bits, 0),
    sponsorBits: rows.reduce((sum, row) => sum + (row.sponsor === sponsor ? row.bits : 0), 0),
  }
}
