import { ContentHasher, fromWebStream } from '@gristmill/envelope'
import { type AssetFile, type CreateUpload, type Hex, type Upload, uploadSchema } from '@gristmill/protocol'
import { getBytes, hexlify, randomBytes } from 'ethers'
import { type Connection, requireDatatrust } from '../connection.js'
import { InvalidParameterError } from '../errors/connection-errors.js'
import { BadAnswerError } from '../errors/datatrust-errors.js'
import { ContentMismatchError } from '../errors/mismatch-errors.js'
import { UPLOAD_IDLE_TIMEOUT_MS } from '../http/limits.js'
import { requestJson } from '../http/request.js'
import { Retries } from '../http/retries.js'
import { fetchContent } from './fetch-content.js'

/** Bytes as they come, once: a Node `Readable`, a web stream, a generator. */
export type ContentStream = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>

/**
 * Bytes as a whole, or as a stream. What can be read again (bytes, a `Blob`, a function that opens the stream anew, as
 * `() => createReadStream(path)`) is sent again if the connection breaks; a stream is sent once.
 */
export type Content = Uint8Array | Blob | ContentStream | (() => ContentStream)

/** Content that the datatrust is to fetch by itself, if its operator lets it. */
export interface RemoteContent {
  /** https; whoever knows it can read the content, so better one that ends. */
  url: string
  /** Of the content: nothing else is taken. Without it the content is whatever the URL serves, and the datatrust's word what that was. */
  sha256?: Hex
}

/** What `client.listings.upload` takes. */
export interface UploadContentParams {
  /** Ordered; they lie one behind the other in `content`. */
  files: AssetFile[]
  /** Read as fast as the datatrust takes it. */
  content: Content | RemoteContent
  /** The maker's own; the same id again continues the same upload. Default: random. */
  uploadId?: Hex
  /** Bytes read so far; begins anew when the content is sent again. */
  onProgress?: (sentBytes: number) => void
}

/** What `client.listings.upload` gives. */
export interface UploadContentResult {
  uploadId: Hex
  /** Computed here over what was sent; the datatrust found the same. Of what was fetched: as the datatrust says. */
  contentRoot: Hex
  /** Of what was sent, or of what was asked for by it. */
  sha256?: Hex
  sizeBytes: number
}

/** Sends an asset to the datatrust, which stores it encrypted; nothing is for sale yet. */
export async function uploadContent(connection: Connection, params: UploadContentParams): Promise<UploadContentResult> {
  const { files, content, uploadId = hexlify(randomBytes(32)) as Hex } = params
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  const retries = new Retries(requireDatatrust(connection).retry)
  let announced = await announce(connection, { uploadId, files })
  if (isRemote(content))
    return { uploadId, sizeBytes, ...(await fetchContent(connection, { ...params, uploadId, content })) }
  for (;;) {
    const pass = startPass({ ...params, content }, sizeBytes, await hasherOf(connection, announced))
    try {
      return { uploadId, sizeBytes, ...(await sendOnce(connection, announced, pass)) }
    } catch (error) {
      if (!isRereadable(content) || !(await retries.again(error))) throw error
    }
    announced = await announceAgain(connection, { uploadId, files }, retries)
  }
}

function announce(connection: Connection, upload: CreateUpload): Promise<Upload> {
  const path = '/v1/uploads'
  return requestJson(connection, { method: 'POST', path, json: upload, as: 'account', schema: uploadSchema })
}

/** After a failure: the content may have arrived all the same, and is not sent again then. */
async function announceAgain(connection: Connection, upload: CreateUpload, retries: Retries): Promise<Upload> {
  for (;;) {
    try {
      return await announce(connection, upload)
    } catch (error) {
      if (!(await retries.again(error))) throw error
    }
  }
}

async function sendOnce(connection: Connection, announced: Upload, pass: Pass) {
  const { state, uploadId } = announced
  const upload = state === 'stored' ? announced : await put(connection, uploadId, pass)
  // A stored upload is read through all the same: is it really this content?
  if (state === 'stored') for await (const _ of pass.chunks);
  const { content } = upload
  if (content === undefined) throw new BadAnswerError('/v1/uploads', 'a stored upload without content')
  const { contentRoot, sha256 } = await pass.hasher.digest()
  if (content.contentRoot !== contentRoot) {
    throw new ContentMismatchError('contentRoot', contentRoot, content.contentRoot)
  }
  return { contentRoot, sha256 }
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

/** The datatrust chooses the secret of the blinds and says it before the content is sent. */
function hasherOf({ sha256 }: Connection, { state, blindSecret }: Upload): Promise<ContentHasher> {
  if (blindSecret === undefined)
    throw new BadAnswerError('/v1/uploads', `an upload that is ${state}, without its secret`)
  return ContentHasher.create({ blindSecret: getBytes(blindSecret), sha256 })
}

/** One reading of the content: hashed and counted while it passes. */
interface Pass {
  chunks: AsyncIterable<Uint8Array>
  hasher: ContentHasher
  failure: () => unknown
}

function startPass(
  { content, onProgress }: UploadContentParams & { content: Content },
  sizeBytes: number,
  hasher: ContentHasher,
): Pass {
  let failure: unknown
  let sentBytes = 0
  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of chunksOf(content)) {
        sentBytes += chunk.length
        if (sentBytes > sizeBytes) throw wrongSize(sizeBytes, `more than ${sizeBytes}`)
        await hasher.update(chunk)
        onProgress?.(sentBytes)
        yield chunk
      }
      if (sentBytes < sizeBytes) throw wrongSize(sizeBytes, String(sentBytes))
    } catch (error) {
      failure = error
      throw error
    }
  }
  return { chunks: read(), hasher, failure: () => failure }
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

function isRemote(content: Content | RemoteContent): content is RemoteContent {
  return typeof content === 'object' && 'url' in content && typeof content.url === 'string'
}

function isRereadable(content: Content): boolean {
  return content instanceof Uint8Array || content instanceof Blob || typeof content === 'function'
}

function chunksOf(content: Content): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  if (content instanceof Uint8Array) return [content]
  const stream = content instanceof Blob ? content.stream() : typeof content === 'function' ? content() : content
  return stream instanceof ReadableStream ? fromWebStream(stream) : stream
}
