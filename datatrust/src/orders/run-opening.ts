import type { Goods, Hex, RunOpening } from '@gristmill/protocol'
import { runSecrets, writeRunSecrets } from '@gristmill/runner'
import type { Context } from '../context.js'
import type { ListingRow, OrderRow } from '../db/schema.js'
import type { StoredUpload } from '../uploads/upload.js'

/** What a run's opening is made of. */
export interface Opened {
  order: Pick<OrderRow, 'order_id'>
  listing: Pick<ListingRow, 'content_root' | 'policy_hash'>
  upload: Pick<StoredUpload, 'secret'>
  goods: Pick<Goods, 'algorithm' | 'parametersHash'>
}

/** What repeats this run elsewhere, and no other: to it the run's statement commits. */
export function runOpeningOf({ secrets }: Pick<Context, 'secrets'>, opened: Opened): RunOpening {
  const { order, listing, upload, goods } = opened
  const { order_id: orderId } = order
  const { algorithm, parametersHash } = goods
  const subject = { policyHash: listing.policy_hash, algorithm, parametersHash }
  return {
    orderId,
    contentRoot: listing.content_root,
    contentSecret: `0x${Buffer.from(upload.secret).toString('hex')}` as Hex,
    ...writeRunSecrets(runSecrets(secrets.runnerSecret, orderId, subject)),
  }
}
