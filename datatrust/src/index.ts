export type { AdminProgress } from './admin/admin-task.js'
export { AdminTaskError } from './admin/admin-task-error.js'
export {
  type AdminOptions,
  destroyDatatrustKey,
  listDatatrustKeys,
  openDatatrustRun,
  rotateDatatrustKeys,
  shredContent,
} from './admin/administer.js'
export {
  type DocumentedOperation,
  type DocumentedParameter,
  type DocumentedResponse,
  type OpenApiDocument,
  openApiDocument,
} from './api/openapi/document.js'
export { AuditBrokenError } from './audit/audit-errors.js'
export { AUDIT_FORMATS, type AuditFormat } from './audit/audit-format.js'
export { AUDIT_COLUMNS, type AuditColumn } from './audit/audit-row.js'
export type { AuditStatement } from './audit/audit-statement.js'
export { type ExportAuditOptions, exportAudit } from './audit/export-audit.js'
export { type VerifyAuditParams, verifyAudit } from './audit/verify-audit.js'
export type { AuditSummary } from './audit/write-audit.js'
export { type BackupParams, backup } from './backup/backup.js'
export {
  BackupCorruptError,
  BackupIncompleteError,
  BucketNeededError,
  ExternalDatabaseError,
  LiveBackupError,
  NoBucketError,
  NothingToBackUpError,
  RestoreUnfinishedError,
  TargetNotEmptyError,
} from './backup/backup-errors.js'
export { type RestoreBucket, type RestoreParams, restore } from './backup/restore.js'
export type { BackupProgress, BackupSummary } from './backup/write-backup.js'
export {
  ChainTimeoutError,
  DatatrustUnknownError,
  FinalityUnknownError,
  IdentityMismatchError,
} from './chain/chain-errors.js'
export { Finality } from './chain/finality.js'
export type { NotedBucket } from './config/bucket-note.js'
export { type Config, type ConfigParams, configFromEnv, createConfig } from './config/config.js'
export { ConfigurationError, type ConfigurationFault } from './config/configuration-error.js'
export { type Env, readBucket, readEnv } from './config/env.js'
export { type PrepareIdentityParams, type PublicIdentity, prepareIdentity } from './config/secrets.js'
export type { Overrides } from './context.js'
export {
  DatabaseKindError,
  DatabaseRefusedError,
  DatabaseStoppedError,
  DatabaseUnavailableError,
} from './db/database-errors.js'
export { DatabaseUrl } from './db/database-url.js'
export { NoRoomError } from './disk/no-room-error.js'
export { doctor } from './doctor/doctor.js'
export type { Finding } from './doctor/finding.js'
export { type EncryptKeysParams, encryptKeys } from './keys/encrypt-keys.js'
export { StorageKeyError } from './keys/encryption-key.js'
export { KeyServiceError } from './keys/http-key-provider.js'
export { KeyFileError } from './keys/key-file.js'
export { KeyInUseError, type KeyList, type KeyState, type Rotation } from './keys/manage-keys.js'
export { PassphraseError, PassphraseMissingError } from './keys/passphrase.js'
export { WrongSignatureError } from './keys/signer.js'

export { LedgerCorruptError } from './ledger/ledger.js'
export { OpeningLostError } from './orders/open-run.js'
export { type Server, start } from './server.js'
export { NotShreddableError, type Shred } from './shredding/shred.js'
