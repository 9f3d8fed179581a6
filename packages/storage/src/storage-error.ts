import { ProtocolError } from '@gristmill/protocol'
import { StorageFullError, StorageIoError } from './blob-errors.js'

const FULL_CODES = new Set(['ENOSPC', 'EDQUOT'])

/** The typed error for what the disk reported; our own errors and those of a source pass unchanged. */
export function toStorageError(error: unknown, directory: string): unknown {
  if (error instanceof ProtocolError || !isSystemError(error)) return error
  return FULL_CODES.has(error.code)
    ? new StorageFullError(directory, error)
    : new StorageIoError(directory, error.code, error)
}

/** True if `error` is the system error `code`, such as `ENOENT`. */
export function isSystemError(error: unknown, code?: string): error is NodeJS.ErrnoException & { code: string } {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false
  return code === undefined || error.code === code
}
