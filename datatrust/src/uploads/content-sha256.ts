import { createHash } from 'node:crypto'
import type { Hex } from '@gristmill/protocol'
import type { Context } from '../context.js'
import { readContent } from './read-content.js'
import type { StoredUpload } from './upload.js'

/**
 * The plain hash of stored content. Receiving does without it, since it costs as much as all the rest; what needs it (a budget,
 * which knows data by its hash; an algorithm, which is named by it; a checksum that is to be published) has the content read once.
 */
export async function contentSha256(ctx: Context, upload: StoredUpload): Promise<Hex> {
  const { account, upload_id } = upload
  const find = () =>
    ctx.db
      .selectFrom('uploads')
      .select('sha256')
      .where('account', '=', account)
      .where('upload_id', '=', upload_id)
      .executeTakeFirstOrThrow()
  return ctx.tasks.inTurn(`hash ${account} ${upload_id}`, async () => {
    const known = (await find()).sha256
    if (known !== null) return known
    const hash = createHash('sha256')
    for await (const chunk of readContent(ctx, upload)) hash.update(chunk)
    const sha256: Hex = `0x${hash.digest('hex')}`
    await ctx.db
      .updateTable('uploads')
      .set({ sha256 })
      .where('account', '=', account)
      .where('upload_id', '=', upload_id)
      .where('blob_key', '=', upload.blob_key)
      .execute()
    return sha256
  })
}
