import type { Executor } from '@gristmill/runner'
import type { BlobStore } from '@gristmill/storage'
import type { Dialect } from 'kysely'
import type { Chain } from './chain/chain.js'
import type { Follower } from './chain/follower.js'
import type { Config } from './config/config.js'
import type { Secrets } from './config/secrets.js'
import type { Database } from './db/open-database.js'
import type { Disk } from './disk/disk.js'
import type { Logger } from './logger.js'
import type { Tasks } from './tasks.js'
import type { Worker } from './worker/worker.js'

/** What every part of the datatrust works with; made once by `start`. */
export interface Context {
  readonly config: Config
  readonly secrets: Secrets
  readonly db: Database
  readonly disk: Disk
  readonly blobs: BlobStore
  readonly chain: Chain
  readonly executor: Executor
  readonly follower: Follower
  readonly worker: Worker
  readonly tasks: Tasks
  /** Bytes announced of uploads whose content is being received. */
  readonly receiving: Map<string, number>
  readonly isClosing: () => boolean
  readonly log: Logger
}

/** Ports that a test or another host puts in place of ours. */
export type Overrides = Partial<Pick<Context, 'blobs' | 'executor' | 'log'>> & {
  /** Gets the chain that was connected to; returns what is used. */
  chain?: (chain: Chain) => Chain
  /** Gets what talks to the embedded database; returns what is used. */
  dialect?: (embedded: Dialect) => Dialect
}
