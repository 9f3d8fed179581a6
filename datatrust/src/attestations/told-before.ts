import { costOf, policySchema, type ToldBefore } from '@gristmill/protocol'
import type { DatabaseTransaction } from '../db/open-database.js'
import { datasetOf, findUpload, type StoredUpload } from '../uploads/upload.js'

/**
 * What was sold of these bytes by listings of their maker that promised no epsilon: what a promise from now on does not take
 * back. Orders that still wait count, too, and so does what was sold of content that is damaged: it may be these bytes. Undefined
 * where there was nothing.
 */
export async function toldBefore(trx: DatabaseTransaction, upload: StoredUpload): Promise<ToldBefore | undefined> {
  const dataset = datasetOf(await findUpload({ db: trx }, upload.account, upload.upload_id))
  const rows = await trx
    .selectFrom('uploads')
    .innerJoin('listings', (join) =>
      join.onRef('listings.maker', '=', 'uploads.account').onRef('listings.upload_id', '=', 'uploads.upload_id'),
    )
    .innerJoin('orders', 'orders.listing', 'listings.listing')
    .leftJoin('ledger', 'ledger.order_id', 'orders.order_id')
    .select(({ fn }) => [
      'listings.policy',
      'orders.kind',
      fn.countAll<number>().as('orders'),
      fn.count<number>('ledger.order_id').as('charged'),
      fn.sum<number | string | null>('ledger.bits').as('bits'),
    ])
    .where('uploads.account', '=', upload.account)
    .where('uploads.size_bytes', '=', upload.size_bytes)
    .where(({ or, and, eb }) =>
      or([
        eb('uploads.upload_id', '=', upload.upload_id),
        eb('uploads.sha256', '=', dataset),
        and([eb('uploads.sha256', 'is', null), eb('uploads.unread_at', 'is not', null)]),
      ]),
    )
    .where('orders.placed_block', 'is not', null)
    // What was charged may have been told, whatever became of the price.
    .where(({ or, eb }) =>
      or([eb('orders.ended', 'is', null), eb('orders.ended', '!=', 'refunded'), eb('ledger.order_id', 'is not', null)]),
    )
    .groupBy(['listings.listing', 'listings.policy', 'orders.kind'])
    .execute()
  const told: ToldBefore = { downloads: 0, runs: 0, bits: 0 }
  for (const { policy, kind, orders, charged, bits } of rows) {
    if (kind === 'access') {
      told.downloads += orders
      continue
    }
    const terms = policySchema.safeParse(JSON.parse(policy ?? 'null')).data
    if (terms?.privacy.mode !== 'none') continue
    told.runs += orders
    told.bits += Number(bits ?? 0) + (orders - charged) * costOf(terms).bits
  }
  return told.downloads + told.runs === 0 ? undefined : told
}
