import { fromWebStream, type Sha256 } from '@gristmill/envelope'
import { type AssetFile, type Hex, uploadSchema } from '@gristmill/protocol'
import { hexlify, randomBytes } from 'ethers'
import type { Connection } from '../connection.js'
import { InvalidParameterError } from '../errors/connection-errors.js'
import { BadAnswerError } from '../errors/datatrust-errors.js'
import { ContentMismatchError } from '../errors/mismatch-errors.js'
import { UPLOAD_IDLE_TIMEOUT_MS } from '../http/limits.js'
import { requestJson } from '../http/request.js'

/** Bytes as a whole or in chunks: a Node `Readable`, a web stream, a generator. */
export type Content = Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>

export interface UploadContentParams {
  /** Ordered; they lie one behind the other in `content`. */
  files: AssetFile[]
  /** Read once, as fast as the datatrust takes it. */
  content: Content
  /** The maker's own; the same id again continues the same upload. Default: random. */
  uploadId?: Hex
  /** Bytes read so far. */
  onProgress?: (sentBytes: number) => void
}

export interface UploadContentResult {
  uploadId: Hex
  contentRoot: Hex
  /** Of what was sent; the datatrust stored the same. */
  sha256: Hex
  sizeBytes: number
}

/** Sends an asset to the datatrust, which stores it encrypted; nothing is for sale yet. */
export async function uploadContent(connection: Connection, params: UploadContentParams): Promise<UploadContentResult> {
  const { files, uploadId = hexlify(randomBytes(32)) as Hex } = params
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  const announced = await requestJson(connection, {
    method: 'POST',
    path: '/v1/uploads',
    json: { uploadId, files },
    as: 'account',
    schema: uploadSchema,
  })
  const pass = startPass(params, sizeBytes, connection.sha256)
  const upload = announced.state === 'stored' ? announced : await put(connection, uploadId, pass)
  // A stored upload is read through all the same: is it really this content?
  if (announced.state === 'stored') for await (const _ of pass.chunks);
  const { content } = upload
  if (content === undefined) throw new BadAnswerError('/v1/uploads', 'a stored upload without content')
  const sha256 = pass.digest()
  if (content.sha256 !== sha256) throw new ContentMismatchError('sha256', sha256, content.sha256)
  return { uploadId, contentRoot: content.contentRoot, sha256, sizeBytes }
}

async function put(connection: Connection, uploadId: Hex, pass: Pass) {
  try {
    return await requestJson(connection, {
      method: 'PUT',
      path: `/v1/uploads/${uploadId}/content`,
      bytes: pass.chunks,
      idleTimeoutMs: UPLOAD_IDLE_TIMEOUT_MS,
      as: 'account',
      schema: uploadSchema,
    })
  } catch (error) {
    // What failed here is the cause; what fetch makes of it is not.
    throw pass.failure() ?? error
  }
}

/** One reading of the content: hashed and counted while it passes. */
interface Pass {
  chunks: AsyncIterable<Uint8Array>
  digest: () => Hex
  failure: () => unknown
}

function startPass({ content, onProgress }: UploadContentParams, sizeBytes: number, sha256: Sha256): Pass {
  const hash = sha256.create()
  let failure: unknown
  let sentBytes = 0
  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of chunksOf(content)) {
        sentBytes += chunk.length
        if (sentBytes > sizeBytes) throw wrongSize(sizeBytes, `more than ${sizeBytes}`)
        hash.update(chunk)
        onProgress?.(sentBytes)
        yield chunk
      }
      if (sentBytes < sizeBytes) throw wrongSize(sizeBytes, String(sentBytes))
    } catch (error) {
      failure = error
      throw error
    }
  }
  return { chunks: read(), digest: () => hexlify(hash.digest()) as Hex, failure: () => failure }
}

function wrongSize(expected: number, actual: string): InvalidParameterError {
  return new InvalidParameterError(
    'content',
    `has ${actual} bytes, its files ${expected}: name the files' true sizes.`,
    {
      expected,
      actual,
    },
  )
}

function chunksOf(content: Content): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  if (content instanceof Uint8Array) return [content]
  return content instanceof ReadableStream ? fromWebStream(content) : content
}
