import { type ByteSource, messageOf, openMessage, type SealedMessage } from '@gristmill/envelope'
import type { Context } from '../context.js'
import type { StoredUpload } from './upload.js'

/** A stored asset as it lies there: key packets for the datatrust, and the encrypted data. */
export async function storedMessage(ctx: Context, { blob_key, key_packets }: StoredUpload): Promise<SealedMessage> {
  return { keyPackets: key_packets, data: await ctx.blobs.open(blob_key) }
}

/** The plaintext of a stored asset, in memory only, chunk by chunk. */
export async function openContent(ctx: Context, upload: StoredUpload): Promise<ByteSource> {
  const { keyPackets, data } = await storedMessage(ctx, upload)
  const { decryptionKey } = ctx.secrets.openpgp
  return openMessage(messageOf({ keyPackets, data }), decryptionKey, { maxBytes: upload.size_bytes })
}
