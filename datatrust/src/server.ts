import { AssetSealer, AssetThreads, CellEncryptor } from '@gristmill/envelope/node'
import { lockDirectory } from '@gristmill/storage'
import type { Dialect } from 'kysely'
import { createApp } from './app.js'
import { holdDeletes } from './backup/hold-deletes.js'
import { requireRestored } from './backup/restore.js'
import { closeRestores } from './backup/restores.js'
import { Chain } from './chain/chain.js'
import { FinalityUnknownError } from './chain/chain-errors.js'
import { startFollower } from './chain/follower.js'
import { Witnesses } from './chain/witnesses.js'
import { noteBucket } from './config/bucket-note.js'
import { type Config, type ConfigParams, createConfig } from './config/config.js'
import { openBlobs } from './config/open-blobs.js'
import { openEngine } from './config/open-engine.js'
import { openExecutors } from './config/open-executors.js'
import { openSecrets } from './config/secrets.js'
import type { Context, Overrides } from './context.js'
import { serveControl } from './control/serve-control.js'
import { claimDirectory } from './db/database-kind.js'
import { type Database, openDatabase } from './db/open-database.js'
import { Disk } from './disk/disk.js'
import { startFetcher } from './fetching/fetcher.js'
import { listen } from './http/http-server.js'
import { AccountLimit } from './http/limit-requests.js'
import { startJanitor } from './janitor.js'
import { verifyLedger } from './ledger/ledger.js'
import { createLogger, type Logger } from './logger.js'
import { GasWatch } from './metrics/gas-watch.js'
import { RequestMetrics } from './metrics/request-metrics.js'
import { serveMetrics } from './metrics/serve-metrics.js'
import { CipherTrees } from './orders/cipher-root.js'
import { countLost } from './orders/lose-order.js'
import { createTasks } from './tasks.js'
import { sweepBlobs } from './uploads/unlisted.js'
import { EngineWatch } from './worker/engine-watch.js'
import { startWorker } from './worker/worker.js'

/** A datatrust that serves. */
export interface Server {
  /** Base URL of its HTTP API. */
  readonly url: string
  /** Where the operator reads metrics; undefined unless a port was configured. */
  readonly metricsUrl?: string
  /** Ends what is under way and frees the data directory; everything is taken up again at the next start. */
  close(): Promise<void>
  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a datatrust. With the embedded database its data directory is locked first: a second one on it is a
 * `DirectoryLockedError` at once. Over PostgreSQL several share database and directory. Throws before it listens if chain,
 * contracts, number and keys do not belong together.
 */
export async function start(params: ConfigParams, overrides: Overrides = {}): Promise<Server> {
  const config = createConfig(params)
  const log = overrides.log ?? createLogger(config.logLevel)
  await using stack = new AsyncDisposableStack()
  const isShared = config.database !== undefined
  if (!isShared) stack.use(await lockDirectory(config.dataDirectory))
  requireRestored(config.dataDirectory)
  await claimDirectory(config)
  await noteBucket(config)
  const secrets = await openSecrets(config)
  const connected = stack.adopt(await Chain.connect(config, secrets, () => db), (chain) => chain.close())
  await connected.requireIdentity(config, secrets)
  if (config.chain.finality.asksChain && (await connected.finalizedNumber()) < 0) throw new FinalityUnknownError()
  const disk = new Disk({
    directory: config.dataDirectory,
    minFreeBytes: config.limits.minFreeBytes,
    holdsBlobs: config.bucket === undefined,
    hasDatabase: !isShared,
  })
  disk.requireReserve()
  const db = stack.adopt(await open(config, disk, log, overrides.dialect), (database) => database.destroy())
  await verifyLedger(db)
  const store = overrides.blobs ?? stack.use(await openBlobs(config))
  const blobs = holdDeletes(store)

  const { witnessRpcUrls: rpcUrls = [] } = config.chain
  const witnesses = stack.adopt(new Witnesses({ rpcUrls, chain: connected, db, log }), (opened) => opened.close())

  const threads = stack.use(new AssetThreads())
  const executors = overrides.executors ?? (await openExecutors(config))
  if (
    config.docker !== undefined &&
    executors.all.every(({ capabilities }) => !capabilities().runtimes.includes('python'))
  )
    log.warn({ image: config.docker.image }, 'no container runs python: ask the doctor')
  const engine = overrides.engine ?? (await openEngine(config.engine, executors))
  stack.defer(() => engine.close())
  const engineWatch = stack.adopt(new EngineWatch({ engine, log }), (watch) => watch.close())
  const waiting = new AbortController()
  stack.defer(() => waiting.abort())
  let isClosing = false
  const ports = {
    config,
    secrets,
    db,
    disk,
    blobs,
    sealer: new AssetSealer(threads),
    encryptor: new CellEncryptor(threads),
    log,
    witnesses,
    chain: overrides.chain?.(connected) ?? connected,
    executors,
    engine,
    engineWatch,
    tasks: createTasks(),
    accountLimit: new AccountLimit(config.limits.accountRequestsPerMinute),
    gas: new GasWatch(config.limits.minTransactions),
    requestMetrics: new RequestMetrics(),
    receiving: new Map<string, number>(),
    cipherTrees: new CipherTrees(),
    isClosing: () => isClosing,
    closing: waiting.signal,
  }
  // NOTE: follower and worker know each other through the context, which is whole before either takes a step.
  const ctx = ports as typeof ports & { -readonly [Part in 'follower' | 'worker' | 'fetcher']: Context[Part] }
  await sweepBlobs(ctx)
  // Before anything is run.
  await closeRestores(ctx)
  ctx.follower = stack.adopt(startFollower(ctx), (follower) => follower.close())
  ctx.worker = stack.adopt(startWorker(ctx), (worker) => worker.close())
  ctx.fetcher = stack.adopt(startFetcher(ctx), (fetcher) => fetcher.close())
  await ctx.follower.sync()
  await tellLost(ctx)
  const janitor = stack.adopt(startJanitor(ctx), (started) => started.close())
  // Rounds that hang on a node that does not answer are waited for together; the chain gives up their calls afterwards.
  stack.defer(() => closeAll([ctx.follower, ctx.worker, ctx.fetcher, engineWatch, janitor]))
  // PostgreSQL has its own backups, which know more than a copy of files.
  if (!isShared) stack.use(await serveControl(ctx))
  const { metricsPort } = config.http
  const metrics = metricsPort === undefined ? undefined : stack.use(await serveMetrics(ctx, metricsPort))
  const http = stack.adopt(await listen(createApp(ctx), config), (server) => server.close())
  log.info({ url: http.url, datatrust: config.datatrust }, 'datatrust serves')

  const owned = stack.move()
  const close = async (): Promise<void> => {
    isClosing = true
    await owned.disposeAsync()
  }
  return { url: http.url, ...(metrics && { metricsUrl: metrics.url }), close, [Symbol.asyncDispose]: close }
}

async function closeAll(parts: readonly { close(): Promise<void> }[]): Promise<void> {
  await Promise.all(parts.map((part) => part.close()))
}

/** What a restored backup has forgotten is known once the chain was read. */
async function tellLost({ db, log }: Context): Promise<void> {
  const { fair, others } = await countLost(db)
  if (fair + others === 0) return
  log.error(
    { refundedToBuyers: fair, servedOnceBuyersAskAgain: others },
    'orders were placed here of which this database knows nothing: it was restored from an older backup',
  )
}

function open(
  { dataDirectory, database }: Config,
  disk: Disk,
  log: Logger,
  dialect: ((dialect: Dialect) => Dialect) | undefined,
): Promise<Database> {
  if (database === undefined) {
    return openDatabase({ directory: `${dataDirectory}/db`, reserve: disk, dialect })
  }
  const onWeak = (settings: string[]) =>
    log.warn({ settings }, 'PostgreSQL may lose in a crash what was acknowledged: switch these settings on')
  return openDatabase({ ...database, onWeak, dialect })
}
