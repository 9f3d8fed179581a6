import { type DatabaseConnection, type Dialect, type Driver, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { DatabaseRefusedError, DatabaseUnavailableError } from './database-errors.js'
import type { DatabaseUrl } from './database-url.js'
import type { Database } from './open-database.js'

/** Longest wait for a connection, free or new. */
const CONNECT_TIMEOUT_MS = 10_000
/** Longest statement: a lock that somebody does not give back is not waited for for ever. */
const STATEMENT_TIMEOUT_MS = 60_000
const INT8 = 20
const BYTEA = 17
/** PostgreSQL 14. */
const VERSION_MIN = 140_000

/**
 * SQLSTATE of what passes: connection lost (08), shut down or starting (57P), too many connections (53300), read-only
 * after a failover (25006), given up (57014, 25P03), deadlock and serialization (40).
 */
const PASSING = /^(08|57P|40|53300$|25006$|57014$|25P03$)/
/** What the driver says in plain words. */
const LOST =
  /connection (terminated|ended|error|closed)|connection timeout|timeout exceeded|not queryable|after calling end/i

/** PostgreSQL over a pool of connections; what passes is DatabaseUnavailableError, and values are those of PGlite. */
export function postgresDialect(url: DatabaseUrl, maxConnections: number): Dialect {
  const dialect = new PostgresDialect({ pool: async () => createPool(url, maxConnections) })
  return {
    createAdapter: () => dialect.createAdapter(),
    createDriver: () => typedDriver(dialect.createDriver()),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  }
}

function createPool(url: DatabaseUrl, max: number): pg.Pool {
  const types = new pg.TypeOverrides()
  types.setTypeParser(INT8, Number)
  const parseBytes = pg.types.getTypeParser(BYTEA) as (text: string) => Buffer
  types.setTypeParser(BYTEA, (text: string) => new Uint8Array(parseBytes(text)))
  const pool = new pg.Pool({
    connectionString: url.reveal(),
    application_name: 'gristmill-datatrust',
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    types,
  })
  // A connection that is lost while nobody waits for it is not news: whoever takes the next one learns it.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** Throws DatabaseRefusedError unless the server keeps what we rely on; says what it does not keep after a crash. */
export async function inspectServer(db: Database, url: DatabaseUrl): Promise<{ losesOnCrash: string[] }> {
  const { rows } = await sql<Record<'version' | 'encoding' | 'fsync' | 'commit', string>>`
    SELECT current_setting('server_version_num') AS version, current_setting('server_encoding') AS encoding,
      current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit`.execute(db)
  const { version, encoding, fsync, commit } = rows[0] as (typeof rows)[0]
  if (Number(version) < VERSION_MIN) throw new DatabaseRefusedError(url.label, 'it is older than PostgreSQL 14')
  if (encoding !== 'UTF8') throw new DatabaseRefusedError(url.label, `its encoding is ${encoding}, not UTF8`)
  return { losesOnCrash: [...(fsync === 'off' ? ['fsync'] : []), ...(commit === 'off' ? ['synchronous_commit'] : [])] }
}

function typedDriver(driver: Driver): Driver {
  const known = new WeakSet<DatabaseConnection>()
  return {
    ...bind(driver),
    acquireConnection: async (options) => {
      const connection = await typed(driver.acquireConnection(options))
      if (!known.has(connection)) {
        known.add(connection)
        const execute = connection.executeQuery.bind(connection)
        connection.executeQuery = ((...args) => typed(execute(...args))) as typeof execute
      }
      return connection
    },
  }
}

/** A driver's methods are its class's: a spread would lose them. */
function bind(driver: Driver): Driver {
  return {
    init: (options) => driver.init(options),
    acquireConnection: (options) => driver.acquireConnection(options),
    beginTransaction: (connection, settings) => driver.beginTransaction(connection, settings),
    commitTransaction: (connection) => driver.commitTransaction(connection),
    rollbackTransaction: (connection) => driver.rollbackTransaction(connection),
    releaseConnection: (connection, options) => driver.releaseConnection(connection, options),
    destroy: (options) => driver.destroy(options),
  }
}

async function typed<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw isPassing(error) ? new DatabaseUnavailableError(error) : error
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof pg.DatabaseError) return PASSING.test(error.code ?? '')
  const code = 'code' in error ? String(error.code) : ''
  return /^E[A-Z]+$/.test(code) || LOST.test(error.message)
}
