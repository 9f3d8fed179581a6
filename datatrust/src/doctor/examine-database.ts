import { existsSync } from 'node:fs'
import { DirectoryLockedError, lockDirectory } from '@gristmill/storage'
import { Kysely } from 'kysely'
import type { Config } from '../config/config.js'
import { inspectServer, postgresDialect } from '../db/open-postgres.js'
import type { DatabaseSchema } from '../db/schema.js'
import { type Finding, failed, ok, warn } from './finding.js'

/** PostgreSQL answers and flushes; an embedded database is there, and whether somebody is at it. */
export async function examineDatabase({ database, dataDirectory }: Config): Promise<Finding> {
  if (database === undefined) return examineEmbedded(dataDirectory)
  const { url } = database
  const db = new Kysely<DatabaseSchema>({ dialect: postgresDialect(url, 1) })
  try {
    const { losesOnCrash } = await inspectServer(db, url)
    if (losesOnCrash.length === 0) return ok('database', `${url.label} answers and flushes what it acknowledges`)
    return warn(
      'database',
      `${url.label} loses with a crash what it acknowledged: ${losesOnCrash.join(', ')} is off`,
      'Turn it on.',
    )
  } catch (error) {
    return failed('database', error, 'See whether PostgreSQL runs, and what DATATRUST_DATABASE_URL says.')
  } finally {
    await db.destroy()
  }
}

async function examineEmbedded(dataDirectory: string): Promise<Finding> {
  if (!existsSync(`${dataDirectory}/db`)) return ok('database', 'embedded; it is made at the first start')
  try {
    await (await lockDirectory(dataDirectory)).close()
    return ok('database', 'embedded; no datatrust runs on it')
  } catch (error) {
    if (error instanceof DirectoryLockedError) return ok('database', 'embedded; a datatrust runs on it')
    return failed('database', error, 'Let this user read and write the data directory.')
  }
}
