export { type BackupParams, backup } from './backup/backup.js'
export {
  BackupCorruptError,
  BackupIncompleteError,
  LiveBackupError,
  NothingToBackUpError,
  RestoreUnfinishedError,
  TargetNotEmptyError,
} from './backup/backup-errors.js'
export { type RestoreParams, restore } from './backup/restore.js'
export type { BackupProgress, BackupSummary } from './backup/write-backup.js'
export { ChainTimeoutError, DatatrustUnknownError, IdentityMismatchError } from './chain/chain-errors.js'
export { type Config, type ConfigParams, configFromEnv, createConfig } from './config/config.js'
export { ConfigurationError, type ConfigurationFault } from './config/configuration-error.js'
export { type Env, readEnv } from './config/env.js'
export { type PrepareIdentityParams, type PublicIdentity, prepareIdentity } from './config/secrets.js'
export type { Overrides } from './context.js'
export { DatabaseStoppedError } from './db/open-database.js'
export { NoRoomError } from './disk/no-room-error.js'
export { KeyFileError } from './keys/key-file.js'
export { StorageKeyError } from './keys/openpgp-key.js'
export { LedgerCorruptError } from './ledger/ledger.js'
export { type Server, start } from './server.js'
