import { createWasmExecutor } from '@gristmill/runner'
import { DiskBlobStore, lockDirectory } from '@gristmill/storage'
import { createApp } from './app.js'
import { holdDeletes } from './backup/hold-deletes.js'
import { requireRestored } from './backup/restore.js'
import { serveControl } from './backup/serve-control.js'
import { Chain } from './chain/chain.js'
import { startFollower } from './chain/follower.js'
import { type ConfigParams, createConfig } from './config/config.js'
import { openSecrets } from './config/secrets.js'
import type { Context, Overrides } from './context.js'
import { openDatabase } from './db/open-database.js'
import { Disk } from './disk/disk.js'
import { listen } from './http-server.js'
import { startJanitor } from './janitor.js'
import { verifyLedger } from './ledger/ledger.js'
import { createLogger } from './logger.js'
import { createTasks } from './tasks.js'
import { sweepBlobs } from './uploads/unlisted.js'
import { startWorker } from './worker/worker.js'

/** A datatrust that serves. */
export interface Server {
  /** Base URL of its HTTP API. */
  readonly url: string
  /** Ends what is under way and frees the data directory; everything is taken up again at the next start. */
  close(): Promise<void>
  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a datatrust. Its data directory is locked first: a second one on it is a `DirectoryLockedError` at once. Throws
 * before it listens if chain, contracts, number and keys do not belong together.
 */
export async function start(params: ConfigParams, overrides: Overrides = {}): Promise<Server> {
  const config = createConfig(params)
  const log = overrides.log ?? createLogger(config.logLevel)
  await using stack = new AsyncDisposableStack()
  stack.use(await lockDirectory(config.dataDirectory))
  requireRestored(config.dataDirectory)
  const secrets = await openSecrets(config)
  const connected = stack.adopt(await Chain.connect(config, secrets), (chain) => chain.close())
  await connected.requireIdentity(config, secrets)
  const disk = new Disk({ directory: config.dataDirectory, minFreeBytes: config.limits.minFreeBytes })
  disk.requireReserve()
  const opening = openDatabase({
    directory: `${config.dataDirectory}/db`,
    makeRoom: () => disk.spend(),
    dialect: overrides.dialect,
  })
  const db = stack.adopt(await opening, (database) => database.destroy())
  await verifyLedger(db)
  const store = overrides.blobs ?? stack.use(await DiskBlobStore.open(`${config.dataDirectory}/blobs`))
  const blobs = holdDeletes(store)

  let isClosing = false
  const ports = {
    config,
    secrets,
    db,
    disk,
    blobs,
    log,
    chain: overrides.chain?.(connected) ?? connected,
    executor: overrides.executor ?? createWasmExecutor(),
    tasks: createTasks(),
    receiving: new Map<string, number>(),
    isClosing: () => isClosing,
  }
  // NOTE: follower and worker know each other through the context, which is whole before either takes a step.
  const ctx = ports as typeof ports & { -readonly [Part in 'follower' | 'worker']: Context[Part] }
  await sweepBlobs(ctx)
  ctx.follower = stack.adopt(startFollower(ctx), (follower) => follower.close())
  ctx.worker = stack.adopt(startWorker(ctx), (worker) => worker.close())
  await ctx.follower.sync()
  stack.adopt(startJanitor(ctx), (janitor) => janitor.close())
  stack.use(await serveControl(ctx))
  const http = stack.adopt(await listen(createApp(ctx), config), (server) => server.close())
  log.info({ url: http.url, datatrust: config.datatrust }, 'datatrust serves')

  const owned = stack.move()
  const close = async (): Promise<void> => {
    isClosing = true
    await owned.disposeAsync()
  }
  return { url: http.url, close, [Symbol.asyncDispose]: close }
}
