import type { BackupProgress } from '@gristmill/datatrust'
import type { Io } from '../io.js'
import { startProgress } from '../progress.js'

const LABELS: Readonly<Record<BackupProgress['step'], string>> = { database: 'Database', blobs: 'Assets and messages' }

/** Shows how far a copy is, while `work` makes it. */
export async function showCopying<T>(
  io: Io,
  work: (onProgress: (progress: BackupProgress) => void) => Promise<T>,
): Promise<T> {
  using progress = startProgress(io)
  return await work(({ step, doneBytes, totalBytes }) =>
    progress.report({ label: LABELS[step], doneBytes, totalBytes }),
  )
}
