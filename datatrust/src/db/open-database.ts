import { isProtocolError } from '@gristmill/protocol'
import { type Dialect, Kysely, type Transaction } from 'kysely'
import { Migrator } from 'kysely/migration'
import { DatabaseRefusedError, DatabaseUnavailableError } from './database-errors.js'
import type { DatabaseUrl } from './database-url.js'
import { initial } from './migrations/0001-initial.js'
import { catalogue } from './migrations/0002-catalogue.js'
import { fair } from './migrations/0003-fair.js'
import { keys } from './migrations/0004-keys.js'
import { follower } from './migrations/0005-follower.js'
import { settlement } from './migrations/0006-settlement.js'
import { audit } from './migrations/0007-audit.js'
import { fetches } from './migrations/0008-fetches.js'
import { search } from './migrations/0009-search.js'
import { epsilon } from './migrations/0010-epsilon.js'
import { privateLog } from './migrations/0011-private-log.js'
import { provenance } from './migrations/0012-provenance.js'
import { jointRuns } from './migrations/0013-joint-runs.js'
import { reviewers } from './migrations/0014-reviewers.js'
import { restores } from './migrations/0015-restores.js'
import { contentDigest } from './migrations/0016-content-digest.js'
import { flatCosts } from './migrations/0017-flat-costs.js'
import { uploadSizes } from './migrations/0018-upload-sizes.js'
import { unread } from './migrations/0019-unread.js'
import { type EmbeddedParams, embeddedDialect } from './open-embedded.js'
import { inspectServer, postgresDialect } from './open-postgres.js'
import type { DatabaseSchema } from './schema.js'

export type Database = Kysely<DatabaseSchema>
export type DatabaseTransaction = Transaction<DatabaseSchema>

const migrations = {
  '0001-initial': initial,
  '0002-catalogue': catalogue,
  '0003-fair': fair,
  '0004-keys': keys,
  '0005-follower': follower,
  '0006-settlement': settlement,
  '0007-audit': audit,
  '0008-fetches': fetches,
  '0009-search': search,
  '0010-epsilon': epsilon,
  '0011-private-log': privateLog,
  '0012-provenance': provenance,
  '0013-joint-runs': jointRuns,
  '0014-reviewers': reviewers,
  '0015-restores': restores,
  '0016-content-digest': contentDigest,
  '0017-flat-costs': flatCosts,
  '0018-upload-sizes': uploadSizes,
  '0019-unread': unread,
}

/** What a port in between gets and gives back. */
interface Wrapping {
  /** Gets what talks to the database; returns what is used. */
  dialect?: ((dialect: Dialect) => Dialect) | undefined
}

export interface PostgresParams {
  url: DatabaseUrl
  /** Connections of this process. */
  maxConnections: number
  /** Gets the settings of the server under which a crash loses what was acknowledged. */
  onWeak?: ((settings: string[]) => void) | undefined
}

export type OpenDatabaseParams = (EmbeddedParams | PostgresParams) & Wrapping

/**
 * Opens the database, embedded or PostgreSQL, and migrates it; of several processes that do so at once one migrates, under
 * an advisory lock. Throws DatabaseRefusedError for a server that cannot be used.
 */
export async function openDatabase(params: OpenDatabaseParams): Promise<Database> {
  const { dialect = (own: Dialect) => own } = params
  const own = 'url' in params ? postgresDialect(params.url, params.maxConnections) : await embeddedDialect(params)
  const db = new Kysely<DatabaseSchema>({ dialect: dialect(own) })
  try {
    if ('url' in params) {
      const { losesOnCrash } = await inspectServer(db, params.url)
      if (losesOnCrash.length > 0) params.onWeak?.(losesOnCrash)
    }
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
    const { error } = await migrator.migrateToLatest()
    if (error !== undefined) throw error
    return db
  } catch (error) {
    await db.destroy()
    throw 'url' in params ? refused(params.url, error) : error
  }
}

function refused({ label }: DatabaseUrl, error: unknown): unknown {
  const cause = error instanceof DatabaseUnavailableError ? error.cause : error
  if (isProtocolError(cause) || !(cause instanceof Error)) return error
  // An address that is tried in several ways fails with a list of errors and no words of its own.
  const [first] = cause instanceof AggregateError ? cause.errors : [cause]
  return new DatabaseRefusedError(label, (first as Error).message, error)
}
