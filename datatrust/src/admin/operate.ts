import { DirectoryLockedError, lockDirectory } from '@gristmill/storage'
import { requireRestored } from '../backup/restore.js'
import { type Config, type ConfigParams, createConfig } from '../config/config.js'
import { openSecrets, type Secrets } from '../config/secrets.js'
import { askControl, type Control } from '../control/ask-control.js'
import { controlSocketOf } from '../control/control-socket.js'
import { claimDirectory } from '../db/database-kind.js'
import { type Database, openDatabase } from '../db/open-database.js'
import { AdminTaskError } from './admin-task-error.js'

/** A datatrust that does not serve, opened. */
export interface Opened {
  config: Config
  secrets: Secrets
  db: Database
}

/** Something that an operator has done beside serving. */
export interface Operation<Word, Done> extends Omit<Control<Word, Done>, 'refused'> {
  /** Does it in this process; everything is closed when it resolves. */
  here: (opened: Opened) => Promise<Done>
}

/** Has the datatrust that runs on the directory do it, or does it in its place. Over PostgreSQL it is done here, beside it. */
export async function operate<Word, Done>(params: ConfigParams, operation: Operation<Word, Done>): Promise<Done> {
  const config = createConfig(params)
  await using stack = new AsyncDisposableStack()
  if (config.database === undefined) {
    try {
      stack.use(await lockDirectory(config.dataDirectory))
    } catch (error) {
      if (!(error instanceof DirectoryLockedError)) throw error
      const path = controlSocketOf(config.dataDirectory)
      if (path === undefined) throw error
      return await askControl(path, { ...operation, refused })
    }
  }
  requireRestored(config.dataDirectory)
  await claimDirectory(config)
  const secrets = await openSecrets(config)
  const { database = { directory: `${config.dataDirectory}/db` } } = config
  const db = stack.adopt(await openDatabase(database), (opened) => opened.destroy())
  // Awaited here: what it works with is closed on return.
  return await operation.here({ config, secrets, db })
}

function refused(reason: string, code: string | null): AdminTaskError {
  const message = code === null ? `The running datatrust did not answer: ${reason}. Run it again.` : reason
  return new AdminTaskError(code, message)
}
