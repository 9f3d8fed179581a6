import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ZERO_ADDRESS, ZERO_BYTES32 } from '@gristmill/protocol'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { consumeNonce } from '../src/auth/consume-nonce.js'
import { createConfig } from '../src/config/config.js'
import { claimDirectory } from '../src/db/database-kind.js'
import { type Database, openDatabase } from '../src/db/open-database.js'
import { backup, DatabaseUrl } from '../src/index.js'
import { NO_POSTGRES, PostgresServer, query } from './_postgres.js'

function configOf(dataDirectory: string, databaseUrl?: string) {
  return createConfig({
    datatrust: 1,
    dataDirectory,
    chain: { rpcUrl: 'http://127.0.0.1:1', chainId: 1n, deployment: {} as never },
    ...(databaseUrl === undefined ? {} : { database: { url: databaseUrl } }),
  })
}

describe.skipIf(NO_POSTGRES)('a database in PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await PostgresServer.start()
  }, 60_000)
  afterAll(() => server?.[Symbol.asyncDispose]())

  const opened = (url: string, onWeak?: (settings: string[]) => void) =>
    openDatabase({ url: new DatabaseUrl(url), maxConnections: 3, onWeak })

  it('is migrated once by several processes that come at the same time', async () => {
    const url = await server.createDatabase()
    const databases = await Promise.all([opened(url), opened(url), opened(url)])
    await Promise.all(databases.map((db) => db.destroy()))
    const names = await query(url, 'SELECT name FROM kysely_migration')
    expect(new Set(names.map(({ name }) => name)).size).toBe(names.length)
  })

  it('gives the same values as the embedded one', async () => {
    const db = await opened(await server.createDatabase())
    try {
      const { rows } = await sql<Record<string, unknown>>`SELECT CAST(9007199254740991 AS bigint) AS whole,
        count(*) AS counted, CAST('12345678901234567890123456789' AS numeric(29, 0)) AS amount,
        CAST(E'\\\\x00ff' AS bytea) AS bytes, true AS truth`.execute(db)
      expect(rows).toEqual([
        {
          whole: 9_007_199_254_740_991,
          counted: 1,
          amount: '12345678901234567890123456789',
          bytes: new Uint8Array([0, 255]),
          truth: true,
        },
      ])
    } finally {
      await db.destroy()
    }
  })

  it('takes a nonce once, whatever process it is sent to', async () => {
    const url = await server.createDatabase()
    const databases = await Promise.all([opened(url), opened(url)])
    try {
      const nonce = { account: ZERO_ADDRESS, nonce: ZERO_BYTES32, expiry: 2 ** 40 - 1 }
      const taken = await Promise.allSettled(
        Array.from({ length: 200 }, (_, index) => consumeNonce({ db: databases[index % 2]! }, nonce)),
      )
      expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    } finally {
      await Promise.all(databases.map((db) => db.destroy()))
    }
  })

  it('says which of its settings lose what was acknowledged', async () => {
    const weak: string[] = []
    const db = await opened(await server.createDatabase(), (settings) => weak.push(...settings))
    await db.destroy()
    expect(weak).toEqual(['fsync'])
  })

  it('that is not there, or not UTF8, is refused without the password', async () => {
    const nowhere = server.url.replace('gristmill@', 'gristmill:hunter2@').replace(/[^/]+$/, 'nowhere')
    const error = (await opened(nowhere).catch((thrown: unknown) => thrown)) as Error
    expect(error).toMatchObject({ code: 'DATABASE_REFUSED' })
    expect(`${error.stack} ${JSON.stringify(error)} ${error.cause}`).not.toContain('hunter2')
    await query(server.url, "CREATE DATABASE latin ENCODING 'SQL_ASCII' TEMPLATE template0")
    const latin = server.url.replace(/[^/]+$/, 'latin')
    await expect(opened(latin)).rejects.toMatchObject({ code: 'DATABASE_REFUSED' })
    const config = configOf('.', nowhere)
    expect(`${JSON.stringify(config.database)} ${config.database?.url}`).not.toContain('hunter2')
  })

  it('and one in the directory are not taken for each other, nor is a directory for a whole backup', async () => {
    const place = await mkdtemp(join(tmpdir(), 'gristmill-kind-'))
    try {
      const [external, embedded] = [join(place, 'external'), join(place, 'embedded')]
      await claimDirectory(configOf(external, server.url))
      await claimDirectory(configOf(external, server.url))
      await expect(claimDirectory(configOf(external))).rejects.toMatchObject({ code: 'DATABASE_KIND' })
      await mkdir(join(embedded, 'db'), { recursive: true })
      await claimDirectory(configOf(embedded))
      await expect(claimDirectory(configOf(embedded, server.url))).rejects.toMatchObject({ code: 'DATABASE_KIND' })
      const to = join(place, 'backup')
      await expect(backup({ dataDirectory: external, to })).rejects.toMatchObject({ code: 'EXTERNAL_DATABASE' })
    } finally {
      await rm(place, { recursive: true })
    }
  })

  it('that goes away is unavailable meanwhile, in a transaction or not, and there again afterwards', async () => {
    const db: Database = await opened(await server.createDatabase())
    try {
      const count = () => db.selectFrom('nonces').selectAll().execute()
      const insert = (nonce: string) => ({ account: `0x${nonce}`, nonce: ZERO_BYTES32, expiry: 1 }) as const
      const broken = db.transaction().execute(async (trx) => {
        await trx.insertInto('nonces').values(insert('01')).execute()
        await server.end()
        await trx.insertInto('nonces').values(insert('02')).execute()
      })
      await expect(broken).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', retryable: true })
      await expect(count()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
      await server.restart()
      expect(await count()).toEqual([])
    } finally {
      await db.destroy()
    }
  })
})
