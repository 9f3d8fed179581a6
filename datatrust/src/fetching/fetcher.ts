import { createHash, randomUUID } from 'node:crypto'
import { type Address, type Hex, isProtocolError } from '@gristmill/protocol'
import { type ExpressionBuilder, sql } from 'kysely'
import type { Context } from '../context.js'
import type { DatabaseTransaction } from '../db/open-database.js'
import type { DatabaseSchema, FetchRow } from '../db/schema.js'
import { storeContent } from '../uploads/store-content.js'
import { Loop } from '../worker/loop.js'
import { FetchMismatchError, FetchReplacedError } from './fetch-errors.js'
import { openSource } from './open-source.js'

/** Fetched by one process at the same time, of one account one. */
const AT_ONCE = 4
/** How often it is renewed while it is held once. */
const RENEWALS = 3
/** Between two looks at what is to be tried again; what is asked for is told at once. */
const LOOK_MS = 1_000
const TRIES_MAX = 8
const RETRY_SECONDS_MAX = 300

/** Fetches content that uploads wait for. */
export interface Fetcher {
  /** Tells that there may be something to fetch. */
  wake(): void
  /** What has come so far of what this process fetches. */
  receivedBytes(account: Address, uploadId: Hex): number | undefined
  close(): Promise<void>
}

export function startFetcher(ctx: Context): Fetcher {
  const holder = randomUUID()
  const underWay = new Map<string, { account: Address; receivedBytes: number; done: Promise<void> }>()
  const closing = new AbortController()
  const nameOf = (account: Address, uploadId: Hex) => `${account} ${uploadId}`

  async function round(): Promise<void> {
    if (!ctx.disk.hasRoom()) return
    for (const row of await listWaiting(ctx)) {
      const isBusy = [...underWay.values()].some(({ account }) => account === row.account)
      if (underWay.size >= AT_ONCE || closing.signal.aborted) return
      if (isBusy || !(await hold(ctx, row, holder))) continue
      const { account, upload_id } = row
      const name = nameOf(account, upload_id)
      const progress = { account, receivedBytes: 0, done: Promise.resolve() }
      underWay.set(name, progress)
      const count = (bytes: number) => {
        progress.receivedBytes += bytes
      }
      progress.done = fetchOne(ctx, row, { holder, closing: closing.signal, count }).finally(() => {
        underWay.delete(name)
        loop.wake()
      })
    }
  }
  const loop = new Loop({ name: 'fetches', round, intervalMs: LOOK_MS, log: ctx.log })
  return {
    wake: () => loop.wake(),
    receivedBytes: (account, uploadId) => underWay.get(nameOf(account, uploadId))?.receivedBytes,
    close: async () => {
      closing.abort(new Error('the datatrust is closing'))
      await loop.close()
      await Promise.all([...underWay.values()].map(({ done }) => done))
    },
  }
}

interface Held {
  holder: string
  closing: AbortSignal
  count: (bytes: number) => void
}

/** Tries once, and writes down how it went; never throws. */
async function fetchOne(ctx: Context, row: FetchRow, held: Held): Promise<void> {
  const { account, upload_id: uploadId } = row
  const replaced = new AbortController()
  const renewing = setInterval(
    () => {
      void renew(ctx, row, held.holder).then((isOurs) => {
        if (!isOurs) replaced.abort(new FetchReplacedError(uploadId))
      })
    },
    (ctx.config.fetch.holdSeconds * 1_000) / RENEWALS,
  )
  try {
    const source = await sourceOf(ctx, row, held, AbortSignal.any([held.closing, replaced.signal]))
    await storeContent(ctx, { account, uploadId }, source, (trx) => finish(trx, row, held.holder))
  } catch (error) {
    // The URL may be a secret: the log has its host at most, which is in the error.
    if (!held.closing.aborted) ctx.log.warn({ err: error, account, uploadId }, 'content not fetched')
    await giveBack(ctx, row, held, error).catch((failure: unknown) => {
      if (!held.closing.aborted) ctx.log.error({ err: failure, account, uploadId }, 'fetch not given back')
    })
  } finally {
    clearInterval(renewing)
  }
}

async function sourceOf(
  ctx: Context,
  { account, upload_id, url, sha256 }: FetchRow,
  { count }: Held,
  signal: AbortSignal,
) {
  const { size_bytes: sizeBytes } = await ctx.db
    .selectFrom('uploads')
    .select('size_bytes')
    .where('account', '=', account)
    .where('upload_id', '=', upload_id)
    .executeTakeFirstOrThrow()
  const { uploadTimeoutSeconds, minBytesPerSecond, paceSeconds } = ctx.config.limits
  const source = openSource(url, {
    policy: ctx.config.fetch,
    sizeBytes,
    minBytesPerSecond,
    paceSeconds,
    timeoutSeconds: uploadTimeoutSeconds,
    signal,
  })
  async function* counted() {
    const hash = sha256 === null ? undefined : createHash('sha256')
    let bytes = 0
    for await (const chunk of source) {
      count(chunk.length)
      bytes += chunk.length
      hash?.update(chunk)
      yield chunk
    }
    // Before the end, so that nothing else is stored.
    if (hash === undefined || bytes !== sizeBytes) return
    const actual = `0x${hash.digest('hex')}`
    if (sha256 !== null && sha256 !== actual) throw new FetchMismatchError(sha256, actual)
  }
  return counted()
}

/** What may be tried now, the oldest first, one of each account. */
function listWaiting({ db }: Context): Promise<FetchRow[]> {
  return db
    .selectFrom('fetches')
    .selectAll()
    .distinctOn('account')
    .where('failed_code', 'is', null)
    .where('held_until', '<', sql<Date>`clock_timestamp()`)
    .orderBy('account')
    .orderBy('requested_at')
    .limit(100)
    .execute()
}

async function hold({ db, config }: Context, { account, upload_id, url }: FetchRow, holder: string): Promise<boolean> {
  const taken = await db
    .updateTable('fetches')
    .set(({ eb }) => ({ holder, held_until: inSeconds(config.fetch.holdSeconds), tries: eb('tries', '+', 1) }))
    .where('account', '=', account)
    .where('upload_id', '=', upload_id)
    .where('url', '=', url)
    .where('failed_code', 'is', null)
    .where('held_until', '<', sql<Date>`clock_timestamp()`)
    .executeTakeFirstOrThrow()
  return taken.numUpdatedRows > 0n
}

/** Nothing is stored of what is not asked for any more. */
async function finish(trx: DatabaseTransaction, row: FetchRow, holder: string): Promise<void> {
  const { numDeletedRows } = await trx.deleteFrom('fetches').where(isHeld(row, holder)).executeTakeFirstOrThrow()
  if (numDeletedRows === 0n) throw new FetchReplacedError(row.upload_id)
  const { account, upload_id, sha256 } = row
  if (sha256 === null) return
  await trx
    .updateTable('uploads')
    .set({ sha256 })
    .where('account', '=', account)
    .where('upload_id', '=', upload_id)
    .execute()
}

/** False once somebody else holds it, or something else is asked for. */
async function renew({ db, config }: Context, row: FetchRow, holder: string): Promise<boolean> {
  try {
    const { numUpdatedRows } = await db
      .updateTable('fetches')
      .set({ held_until: inSeconds(config.fetch.holdSeconds) })
      .where(isHeld(row, holder))
      .executeTakeFirstOrThrow()
    return numUpdatedRows > 0n
  } catch {
    // Not renewed is expired: another process may begin, and one of the two is in vain.
    return true
  }
}

/** After a failure: for good, or to be tried again later and later. */
async function giveBack({ db }: Context, row: FetchRow, { holder, closing }: Held, error: unknown): Promise<void> {
  const isOurs = isProtocolError(error)
  const isFinal = !closing.aborted && ((isOurs && !error.retryable) || row.tries + 1 >= TRIES_MAX)
  const code = isOurs ? error.code : 'FETCH_FAILED'
  const message = isOurs ? error.message : 'It failed here. Fetch again later, or send the content yourself.'
  const seconds = closing.aborted ? 0 : Math.min(RETRY_SECONDS_MAX, 2 ** row.tries)
  const set = isFinal
    ? { failed_code: code, failed_message: message, held_until: inSeconds(0) }
    : { held_until: inSeconds(seconds) }
  await db
    .updateTable('fetches')
    .set({ holder: null, ...set })
    .where(isHeld(row, holder))
    .execute()
}

/** That it is held by us, and that nothing else was asked for meanwhile. */
const isHeld =
  ({ account, upload_id, url, sha256 }: FetchRow, holder: string) =>
  (eb: ExpressionBuilder<DatabaseSchema, 'fetches'>) =>
    eb.and([eb.and({ account, upload_id, url, holder }), eb('sha256', 'is not distinct from', sha256)])

const inSeconds = (seconds: number) => sql<Date>`clock_timestamp() + make_interval(secs => ${sql.lit(seconds)})`
