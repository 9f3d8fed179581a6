import { createConnection } from 'node:net'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { LiveBackupError } from './backup-errors.js'
import { type ControlRequest, controlSocketOf } from './control-socket.js'
import type { BackupProgress, BackupSummary } from './write-backup.js'

const size = z.number().min(0)
const answerSchema = z.union([
  z.object({
    progress: z.object({ step: z.enum(['database', 'blobs']), doneBytes: size, totalBytes: size }),
  }),
  z.object({
    done: z.object({ directory: z.string(), createdAt: size, blobs: size, blobBytes: size, databaseBytes: size }),
  }),
  z.object({ failed: z.object({ code: z.string(), message: z.string() }) }),
])

export interface AskForBackupParams {
  dataDirectory: string
  /** Absolute: the datatrust lives elsewhere. */
  to: string
  onProgress?: ((progress: BackupProgress) => void) | undefined
}

/** Asks the datatrust that runs on a directory for a backup; leaving breaks it off. */
export async function askForBackup({ dataDirectory, to, onProgress }: AskForBackupParams): Promise<BackupSummary> {
  const path = controlSocketOf(dataDirectory)
  if (path === undefined) throw new LiveBackupError('the path of its data directory is too long for a socket')
  const socket = createConnection({ path })
  let failure: unknown
  socket.on('error', (error) => {
    failure = error
  })
  socket.write(`${JSON.stringify({ backup: { to } } satisfies ControlRequest)}\n`)
  try {
    for await (const line of createInterface({ input: socket })) {
      const answer = answerSchema.parse(JSON.parse(line))
      if ('progress' in answer) onProgress?.(answer.progress)
      else if ('done' in answer) return answer.done
      else throw new LiveBackupError(`${answer.failed.code}: ${answer.failed.message}`, { code: answer.failed.code })
    }
  } finally {
    socket.destroy()
  }
  throw new LiveBackupError(failure instanceof Error ? failure.message : 'it ended before it was done')
}
