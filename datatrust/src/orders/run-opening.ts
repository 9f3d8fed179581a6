import type { Goods, Hex, RunOpening } from '@gristmill/protocol'
import { runSecrets, writeRunSecrets } from '@gristmill/runner'
import type { Context } from '../context.js'
import type { ListingRow, OrderRow } from '../db/schema.js'
import type { StoredUpload } from '../uploads/upload.js'

/** What a run's opening is made of. */
export interface Opened {
  order: Pick<OrderRow, 'order_id' | 'run_id'>
  listing: Pick<ListingRow, 'content_root'>
  upload: Pick<StoredUpload, 'secret'>
  goods: Pick<Goods, 'algorithm' | 'parametersHash'>
  /** Under which it was run. */
  policyHash: Hex
}

/** What repeats this run elsewhere, and no other: to it the run's statement commits. */
export function runOpeningOf({ secrets }: Pick<Context, 'secrets'>, opened: Opened): RunOpening {
  const { order, listing, upload, goods, policyHash } = opened
  const { order_id: orderId, run_id } = order
  const { algorithm, parametersHash } = goods
  const subject = { policyHash, algorithm, parametersHash }
  return {
    orderId,
    contentRoot: listing.content_root,
    contentSecret: `0x${Buffer.from(upload.secret).toString('hex')}` as Hex,
    ...writeRunSecrets(runSecrets(secrets.runnerSecret, run_id ?? orderId, subject)),
  }
}
