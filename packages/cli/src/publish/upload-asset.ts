import { createHash } from 'node:crypto'
import type { Hex } from '@gristmill/protocol'
import type { UploadContentResult } from '@gristmill/sdk'
import type { Io } from '../io.js'
import { startProgress } from '../progress.js'
import type { Session } from '../session.js'
import { type Asset, readAsset, watchAsset } from './asset.js'

interface UploadAssetParams {
  asset: Asset
  uploadId: Hex
  /** Whence the datatrust takes it, instead of from here. */
  fetchUrl: string | undefined
}

/** Brings an asset to the datatrust, with a bar. */
export async function uploadAsset(
  io: Io,
  { client }: Session,
  { asset, uploadId, fetchUrl: url }: UploadAssetParams,
): Promise<UploadContentResult> {
  const { files, sizeBytes: totalBytes } = asset
  const sha256 = url === undefined ? undefined : await hashAsset(io, asset)
  using progress = startProgress(io)
  return client.listings.upload({
    files,
    uploadId,
    // Opened anew where the connection breaks: the upload starts again by itself.
    content: url === undefined ? () => readAsset(asset) : { url, ...(sha256 && { sha256 }) },
    onProgress: (doneBytes) =>
      progress.report({ label: url === undefined ? 'Uploads' : 'The datatrust fetches', doneBytes, totalBytes }),
  })
}

/** So that the datatrust takes nothing else than what lies here. */
async function hashAsset(io: Io, asset: Asset): Promise<Hex> {
  const hash = createHash('sha256')
  for await (const chunk of watchAsset(io, asset, 'Reads the content')) hash.update(chunk)
  return `0x${hash.digest('hex')}`
}
