import { randomUUID } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { BlobTooLargeError, BlobTruncatedError } from './blob-errors.js'
import type { PutBlobParams, PutBlobResult } from './blob-store.js'
import { toStorageError } from './storage-error.js'

/** A blob on its way in: a file that nobody sees under its key yet. */
export interface IncomingFile extends PutBlobResult {
  readonly path: string
  discard(): Promise<void>
}

/** Writes `source` to a fresh file in `directory` and syncs it; on any failure the file is gone again. */
export async function receiveFile(
  directory: string,
  key: string,
  source: AsyncIterable<Uint8Array>,
  params: PutBlobParams,
): Promise<IncomingFile> {
  const path = join(directory, randomUUID())
  const discard = () => rm(path, { force: true })
  try {
    const handle = await onDisk(directory, () => open(path, 'wx', 0o600))
    try {
      const result = await copy(directory, key, source, handle, params)
      await onDisk(directory, () => handle.sync())
      return { ...result, path, discard }
    } finally {
      await handle.close()
    }
  } catch (error) {
    await discard()
    throw error
  }
}

async function copy(
  directory: string,
  key: string,
  source: AsyncIterable<Uint8Array>,
  handle: FileHandle,
  { maxBytes, expectedBytes }: PutBlobParams,
): Promise<PutBlobResult> {
  const limitBytes = Math.min(maxBytes, expectedBytes ?? maxBytes)
  let sizeBytes = 0
  for await (const chunk of source) {
    sizeBytes += chunk.length
    if (sizeBytes > limitBytes) throw new BlobTooLargeError(key, limitBytes)
    await onDisk(directory, () => writeAll(handle, chunk))
  }
  if (expectedBytes !== undefined && sizeBytes < expectedBytes) {
    throw new BlobTruncatedError(key, expectedBytes, sizeBytes)
  }
  return { sizeBytes }
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let offset = 0; offset < chunk.length; ) {
    // A disk that fills up may take part of a chunk before it refuses the rest.
    const { bytesWritten } = await handle.write(chunk, offset, chunk.length - offset)
    offset += bytesWritten
  }
}

/** Runs a disk operation under typed errors; the source's own errors are not the disk's and pass by it. */
async function onDisk<T>(directory: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation()
  } catch (error) {
    throw toStorageError(error, directory)
  }
}
