import { createHash } from 'node:crypto'
import type { Hex } from '@gristmill/protocol'
import { NotReadyError } from '../api/health/ready.js'
import type { Context } from '../context.js'
import { CLOSING } from '../health/health.js'
import { openContent } from './read-content.js'
import { findSame, type StoredUpload } from './upload.js'

/** Read at a stretch; then whoever waits for the hash of other content has a turn. */
const TURN_BYTES = 64 * 2 ** 20

/**
 * The plain hash of stored content. Receiving does without it, since it costs as much as all the rest; what needs it (a budget,
 * which knows data by its hash; an algorithm, which is named by it; a checksum that is to be published) has the content read
 * once, for all who wait for it. Goes on when nobody does any longer: who asks again finds it done, or under way. However many
 * contents are waited for, a part of one is read at a time: the thread is that of all answers. Throws MessageError if what is stored was damaged, NotReadyError when the datatrust ends.
 */
export async function contentSha256(ctx: Context, upload: StoredUpload): Promise<Hex> {
  return ctx.tasks.once(`hash ${upload.blob_key}`, async () => {
    // Of now: meanwhile it may have been hashed, or wrapped for another key.
    const same = await findSame(ctx.db, upload)
    if (same.sha256 !== null) return same.sha256
    const hash = createHash('sha256')
    const content = await openContent(ctx, same)
    for (let start = 0; start < same.size_bytes; start += TURN_BYTES) {
      await ctx.tasks.inTurn('hash content', async () => {
        await findSame(ctx.db, upload)
        for await (const chunk of content.read(start, Math.min(same.size_bytes, start + TURN_BYTES))) {
          if (ctx.closing.aborted) throw new NotReadyError([CLOSING])
          hash.update(chunk)
        }
      })
    }
    const sha256: Hex = `0x${hash.digest('hex')}`
    await ctx.db
      .updateTable('uploads')
      .set({ sha256 })
      .where('account', '=', upload.account)
      .where('upload_id', '=', upload.upload_id)
      .where('blob_key', '=', upload.blob_key)
      .execute()
    return sha256
  })
}
