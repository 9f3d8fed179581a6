import { isProtocolError, type PartHealth } from '@gristmill/protocol'
import { BlobNotFoundError } from '@gristmill/storage'
import { sql } from 'kysely'
import type { Context } from '../context.js'
import { inTime, Watch } from './watch.js'

/** How old the last look at the chain may be, at least; longer where the chain is looked at less often. */
const STALE_MS = 30_000
/** Longest that the database may take. */
const DATABASE_MS = 5_000
/** No blob has this key. */
const PROBE_KEY = 'probe/ready'

type Found = Omit<PartHealth, 'part'>

const OK: Found = { status: 'ok' }
const fail = (reason: string): Found => ({ status: 'fail', reason })
const warn = (reason: string): Found => ({ status: 'warn', reason })

export const CLOSING: PartHealth = { part: 'closing', ...fail('it is about to end') }

/** How everything is that the datatrust depends on, part by part. Says what is wrong in words of ours: nothing of a secret. */
export class Health {
  readonly #ctx: Context
  readonly #bucket: Watch<Found>
  readonly #identity: Watch<Found>

  constructor(ctx: Context) {
    this.#ctx = ctx
    // Both were looked at when the datatrust started.
    this.#bucket = new Watch(() => bucketOf(ctx), OK)
    this.#identity = new Watch(() => identityOf(ctx), OK)
  }

  /** Every part, however the others are; answers within seconds. */
  async examine(): Promise<PartHealth[]> {
    const ctx = this.#ctx
    const [database, storage, keys] = await Promise.all([databaseOf(ctx), this.#storage(), this.#identity.current()])
    return [
      ...(ctx.isClosing() ? [CLOSING] : []),
      { part: 'database', ...database },
      { part: 'storage', ...storage },
      { part: 'chain', ...chainOf(ctx) },
      {
        part: 'chain-endpoints',
        ...(ctx.witnesses.agree ? OK : fail('endpoints of the chain contradict each other: nothing is delivered')),
      },
      { part: 'keys', ...keys },
      { part: 'engine', ...(ctx.engineWatch.fault === undefined ? OK : warn(ctx.engineWatch.fault)) },
      { part: 'gas', ...(ctx.gas.isLow ? warn('the signer has little left for gas: send it native coin') : OK) },
      { part: 'transactions', ...(ctx.chain.waiting.isStuck ? warn('no block takes what was sent') : OK) },
    ]
  }

  async #storage(): Promise<Found> {
    const disk = diskOf(this.#ctx)
    return disk.status === 'ok' && this.#ctx.config.bucket !== undefined ? this.#bucket.current() : disk
  }
}

/** However many ask, the database is asked once at a time. */
function databaseOf(ctx: Context): Promise<Found> {
  const asked = ctx.tasks.once('health of the database', async () => {
    try {
      await sql`SELECT 1`.execute(ctx.db)
      return OK
    } catch (error) {
      const hasStopped = isProtocolError(error, 'DATABASE_STOPPED')
      return fail(hasStopped ? 'its log could not be written: start again' : 'it does not answer')
    }
  })
  return inTime(asked, DATABASE_MS, fail('it does not answer in time'))
}

function diskOf({ disk }: Context): Found {
  try {
    return disk.hasRoom() ? OK : fail('the disk of the data directory has less room than DATATRUST_MIN_FREE_BYTES')
  } catch {
    return fail('the data directory cannot be looked at')
  }
}

async function bucketOf({ blobs }: Context): Promise<Found> {
  try {
    await blobs.stat(PROBE_KEY)
  } catch (error) {
    if (!(error instanceof BlobNotFoundError)) return fail('the bucket does not answer, or refuses')
  }
  return OK
}

function chainOf({ config, follower }: Context): Found {
  const ageMs = follower.ageMs()
  if (ageMs <= Math.max(STALE_MS, 3 * config.chain.pollIntervalMs)) return OK
  const since = Number.isFinite(ageMs) ? `for ${Math.round(ageMs / 1_000)} s` : 'since the start'
  return fail(`it was not read to its end ${since}: its node is away or behind`)
}

/** Whether the chain knows this datatrust by its keys. While the chain is away, that is another part's to say. */
async function identityOf({ chain, config, secrets }: Context): Promise<Found> {
  try {
    await chain.requireIdentity(config, secrets)
  } catch (error) {
    if (!isProtocolError(error, 'IDENTITY_MISMATCH')) return OK
    return error.details.field === 'signer'
      ? fail('the chain names another signing key: start with that one')
      : warn('the chain names an OpenPGP key that is not here: rotate to its end')
  }
  return OK
}
