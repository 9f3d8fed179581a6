import { type Connection, requireDatatrust } from '../connection.js'
import { BadAnswerError, MessageChangedError, TransferInterruptedError } from '../errors/datatrust-errors.js'
import { type Answer, type RequestParams, request } from './request.js'
import { isTransient, Retries } from './retries.js'

/** What a resource holds: the same ETag means the same bytes. */
export interface Representation {
  etag: string
  sizeBytes: number
}

/** The client's account, or the session key of an order. */
export type Asker = Exclude<RequestParams['as'], 'public'>

export interface ResumeParams {
  /** Path below the datatrust's URL. */
  path: string
  /** Who asks. */
  as: Asker
  /** The bytes that are there already, of which representation; default: none. */
  from?: Representation & { offset: number }
  /** Called with what is coming, before its first byte. */
  onRepresentation?: (representation: Representation) => Promise<void>
}

/** Fewer bytes than this before the next failure are no progress: a datatrust that dribbles is given up too. */
const PROGRESS_BYTES = 65_536

const ETAG_CHARACTERS_MAX = 200

/**
 * Reads a resource that does not change, asking again for the rest where a connection broke. Throws
 * TransferInterruptedError after too many failures in a row, MessageChangedError if the rest is of something else.
 */
export async function* resume(connection: Connection, params: ResumeParams): AsyncGenerator<Uint8Array> {
  const { path, as } = params
  const retries = new Retries(requireDatatrust(connection).retry)
  let known: Representation | undefined = params.from
  let offset = params.from?.offset ?? 0
  while (known === undefined || offset < known.sizeBytes) {
    const startedAt = offset
    try {
      const answer = await ask(connection, { path, as, known, offset })
      const found = check(answer, path, known, offset)
      if (known?.etag !== found.etag) await params.onRepresentation?.(found)
      known = found
      for await (const chunk of bodyFrom(answer, path, offset)) {
        offset += chunk.length
        if (offset > known.sizeBytes) throw new BadAnswerError(path, `more than ${known.sizeBytes} bytes`)
        if (offset - startedAt >= PROGRESS_BYTES) retries.restart()
        yield chunk
      }
      if (offset === startedAt && offset < known.sizeBytes) throw new BadAnswerError(path, 'no bytes')
    } catch (error) {
      if (await retries.again(error)) continue
      if (known === undefined || offset === 0 || !isTransient(error)) throw error
      throw new TransferInterruptedError(path, offset, known.sizeBytes, error)
    }
  }
}

/** What a resource holds, without its bytes. */
export async function representationOf(
  connection: Connection,
  { path, as }: Pick<ResumeParams, 'path' | 'as'>,
): Promise<Representation> {
  const retries = new Retries(requireDatatrust(connection).retry)
  for (;;) {
    try {
      return read(await request(connection, { method: 'HEAD', path, as }), path)
    } catch (error) {
      if (!(await retries.again(error))) throw error
    }
  }
}

interface AskParams extends Pick<ResumeParams, 'path' | 'as'> {
  known: Representation | undefined
  offset: number
}

function ask(connection: Connection, { path, as, known, offset }: AskParams): Promise<Answer> {
  const headers = known === undefined || offset === 0 ? {} : { range: `bytes=${offset}-`, 'if-range': known.etag }
  return request(connection, { method: 'GET', path, as, headers })
}

/** What is coming, if it can follow the bytes before `offset`. */
function check(answer: Answer, path: string, known: Representation | undefined, offset: number): Representation {
  const found = read(answer, path)
  // As long as nothing has been handed out, anything may come.
  if (known === undefined || offset === 0) {
    if (answer.status !== 200) throw new BadAnswerError(path, `status ${answer.status} for the whole`)
    return found
  }
  if (found.etag !== known.etag || found.sizeBytes !== known.sizeBytes) {
    throw new MessageChangedError(path, known.etag, found.etag)
  }
  return known
}

function read({ status, headers }: Answer, path: string): Representation {
  const etag = headers.get('etag') ?? ''
  if (!etag.startsWith('"') || etag.length > ETAG_CHARACTERS_MAX) throw new BadAnswerError(path, 'no strong ETag')
  const size =
    status === 206
      ? /^bytes \d+-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1]
      : headers.get('content-length')
  const sizeBytes = Number(size ?? Number.NaN)
  if (!Number.isSafeInteger(sizeBytes)) throw new BadAnswerError(path, 'no size')
  return { etag, sizeBytes }
}

/** The bytes of an answer from `offset` on; who sent the whole although a range was asked for is read past its start. */
async function* bodyFrom({ status, headers, bytes }: Answer, path: string, offset: number): AsyncGenerator<Uint8Array> {
  const firstByte = status === 206 ? Number(/^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1]) : 0
  if (firstByte > offset) throw new BadAnswerError(path, `a range from byte ${firstByte} instead of ${offset}`)
  let skipBytes = offset - firstByte
  for await (const chunk of bytes) {
    const rest = chunk.subarray(Math.min(skipBytes, chunk.length))
    skipBytes -= chunk.length - rest.length
    if (rest.length > 0) yield rest
  }
}
