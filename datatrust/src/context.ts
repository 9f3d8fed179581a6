import type { AssetSealer, CellEncryptor } from '@gristmill/envelope/node'
import type { Engine, Executors } from '@gristmill/runner'
import type { BlobStore } from '@gristmill/storage'
import type { Dialect } from 'kysely'
import type { Chain } from './chain/chain.js'
import type { Follower } from './chain/follower.js'
import type { Witnesses } from './chain/witnesses.js'
import type { Config } from './config/config.js'
import type { Secrets } from './config/secrets.js'
import type { Database } from './db/open-database.js'
import type { Disk } from './disk/disk.js'
import type { Fetcher } from './fetching/fetcher.js'
import type { AccountLimit } from './http/limit-requests.js'
import type { Logger } from './logger.js'
import type { GasWatch } from './metrics/gas-watch.js'
import type { RequestMetrics } from './metrics/request-metrics.js'
import type { CipherTrees } from './orders/cipher-root.js'
import type { Tasks } from './tasks.js'
import type { EngineWatch } from './worker/engine-watch.js'
import type { Worker } from './worker/worker.js'

/** What every part of the datatrust works with; made once by `start`. */
export interface Context {
  readonly config: Config
  readonly secrets: Secrets
  readonly db: Database
  readonly disk: Disk
  readonly blobs: BlobStore
  readonly sealer: AssetSealer
  readonly encryptor: CellEncryptor
  readonly chain: Chain
  readonly executors: Executors
  /** Where the executors run. */
  readonly engine: Engine
  readonly engineWatch: EngineWatch
  readonly follower: Follower
  readonly witnesses: Witnesses
  readonly worker: Worker
  readonly fetcher: Fetcher
  readonly tasks: Tasks
  readonly accountLimit: AccountLimit
  readonly gas: GasWatch
  readonly requestMetrics: RequestMetrics
  /** Bytes announced of uploads whose content is being received. */
  readonly receiving: Map<string, number>
  readonly cipherTrees: CipherTrees
  readonly isClosing: () => boolean
  /** Aborted when nobody waits for a run any longer. */
  readonly closing: AbortSignal
  readonly log: Logger
}

/** Ports that a test or another host puts in place of ours. */
export type Overrides = Partial<Pick<Context, 'blobs' | 'engine' | 'executors' | 'log'>> & {
  /** Gets the chain that was connected to; returns what is used. */
  chain?: (chain: Chain) => Chain
  /** Gets what talks to the database; returns what is used. */
  dialect?: (dialect: Dialect) => Dialect
}
