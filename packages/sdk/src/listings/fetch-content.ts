import { type Hex, type Upload, uploadSchema } from '@gristmill/protocol'
import { type Connection, requireDatatrust } from '../connection.js'
import { BadAnswerError, DatatrustError } from '../errors/datatrust-errors.js'
import { requestJson } from '../http/request.js'
import { Retries } from '../http/retries.js'
import type { RemoteContent } from './upload-content.js'

const POLL_MS = 500

export interface FetchContentParams {
  uploadId: Hex
  content: RemoteContent
  onProgress?: (receivedBytes: number) => void
}

/** Has the datatrust fetch the content of an announced upload, and waits until it is stored. */
export async function fetchContent(
  connection: Connection,
  { uploadId, content: { url, sha256 }, onProgress }: FetchContentParams,
): Promise<{ contentRoot: Hex; sha256?: Hex }> {
  const path = `/v1/uploads/${uploadId}`
  const retries = new Retries(requireDatatrust(connection).retry)
  const asked = { method: 'POST', path: `${path}/fetch`, json: { url, ...(sha256 && { sha256 }) } } as const
  let upload: Upload | undefined
  for (;;) {
    try {
      upload = await requestJson(connection, {
        ...(upload === undefined ? asked : { method: 'GET', path }),
        as: 'account',
        schema: uploadSchema,
      })
    } catch (error) {
      if (!(await retries.again(error))) throw error
      continue
    }
    const { content, fetch } = upload
    if (content !== undefined) {
      return { contentRoot: content.contentRoot, ...(sha256 && { sha256 }) }
    }
    if (fetch === undefined) throw new BadAnswerError(path, 'an upload that nobody fetches')
    if (fetch.state === 'failed') throw refusal(path, fetch)
    onProgress?.(fetch.receivedBytes ?? 0)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** Why the datatrust could not fetch it, as if it had said so at once. */
function refusal(resource: string, { code, message }: { code: string; message: string }): DatatrustError {
  return new DatatrustError({ type: 'about:blank', title: message, status: 422, code }, 422, resource)
}
