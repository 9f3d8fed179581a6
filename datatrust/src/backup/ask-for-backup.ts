import { z } from 'zod'
import { askControl } from '../control/ask-control.js'
import { controlSocketOf } from '../control/control-socket.js'
import { LiveBackupError } from './backup-errors.js'
import type { BackupProgress, BackupSummary } from './write-backup.js'

const size = z.number().min(0)
const progressSchema = z.object({
  progress: z.object({ step: z.enum(['database', 'blobs']), doneBytes: size, totalBytes: size }),
})
const summarySchema = z.object({
  directory: z.string(),
  createdAt: size,
  blobs: size,
  blobBytes: size,
  databaseBytes: size,
})

export interface AskForBackupParams {
  dataDirectory: string
  /** Absolute: the datatrust lives elsewhere. */
  to: string
  blobs: 'copy' | 'refer'
  onProgress?: ((progress: BackupProgress) => void) | undefined
}

/** Asks the datatrust that runs on a directory for a backup; leaving breaks it off. */
export async function askForBackup({
  dataDirectory,
  to,
  blobs,
  onProgress,
}: AskForBackupParams): Promise<BackupSummary> {
  const path = controlSocketOf(dataDirectory)
  if (path === undefined) throw new LiveBackupError('the path of its data directory is too long for a socket')
  return askControl<z.output<typeof progressSchema>, BackupSummary>(path, {
    request: { backup: { to, blobs } },
    word: progressSchema,
    done: summarySchema,
    onWord: ({ progress }) => onProgress?.(progress),
    refused: (reason, code) =>
      code === null ? new LiveBackupError(reason) : new LiveBackupError(`${code}: ${reason}`, { code }),
  })
}
