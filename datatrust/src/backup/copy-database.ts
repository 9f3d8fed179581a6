import { copyFile, mkdir, open, readdir, rm } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { sql } from 'kysely'
import type { Database } from '../db/open-database.js'

/** Files below a directory, and directories in which nothing is, as paths with "/". */
export async function treeOf(directory: string): Promise<{ files: string[]; emptyDirectories: string[] }> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries.map((entry) => ({
    path: relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'),
    isDirectory: entry.isDirectory(),
  }))
  const directories = paths.filter(({ isDirectory }) => isDirectory).map(({ path }) => path)
  return {
    files: paths.filter(({ isDirectory }) => !isDirectory).map(({ path }) => path),
    emptyDirectories: directories.filter((path) => !paths.some((other) => other.path.startsWith(`${path}/`))),
  }
}

/** Copies files and directories, readable by their owner only, and syncs them. */
export async function copyTree(from: string, to: string): Promise<void> {
  const { files, emptyDirectories } = await treeOf(from)
  await mkdir(to, { recursive: true, mode: 0o700 })
  for (const path of emptyDirectories) await mkdir(join(to, path), { recursive: true, mode: 0o700 })
  for (const path of files) {
    await mkdir(join(to, path, '..'), { recursive: true, mode: 0o700 })
    await copyFile(join(from, path), join(to, path))
    const file = await open(join(to, path), 'r+')
    try {
      await file.chmod(0o600)
      await file.sync()
    } finally {
      await file.close()
    }
  }
}

/**
 * Copies the embedded database in one moment between two statements, and says which blobs it refers to. The copy is what
 * a crash at that moment would have left, which is what the database opens every day.
 */
export async function copyDatabase(db: Database, from: string, to: string): Promise<string[]> {
  await rm(to, { recursive: true, force: true })
  return db.connection().execute(async (alone) => {
    await sql`CHECKPOINT`.execute(alone)
    const keys = await referredBlobs(alone)
    await copyTree(from, to)
    return keys
  })
}

/** Keys of all blobs that rows refer to, in order. */
export async function referredBlobs(db: Database): Promise<string[]> {
  const uploads = await db
    .selectFrom('uploads')
    .select(['blob_key', 'leaves_key'])
    .where('blob_key', 'is not', null)
    .execute()
  const orders = await db.selectFrom('orders').select('message_key').where('message_key', 'is not', null).execute()
  const keys = [...uploads.flatMap((row) => [row.blob_key, row.leaves_key]), ...orders.map((row) => row.message_key)]
  return keys.filter((key) => key !== null).toSorted()
}
