import { resolve } from 'node:path'
import { backup } from '@gristmill/datatrust'
import type { Command } from 'commander'
import { formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { fields, printResult, warn } from '../output.js'
import { formatBytes } from '../progress.js'
import { showCopying } from './copy-progress.js'
import { type DataOption, namedDataFolder } from './data-folder.js'

export async function backupDatatrust(
  io: Io,
  command: Command,
  options: DataOption & { to: string; blobs: 'copy' | 'refer' },
): Promise<void> {
  const dataDirectory = await namedDataFolder(io, command, options)
  const to = resolve(io.cwd, options.to)
  const summary = await showCopying(io, (onProgress) => backup({ dataDirectory, to, blobs: options.blobs, onProgress }))
  if (options.blobs === 'refer') {
    warn(io, 'The blobs are not in it: it is good for as long as the bucket keeps what is deleted there (versions).')
  }
  warn(io, 'The keys are not in it: keep a copy of the keys folder elsewhere. Who has both has the data.')
  const { directory, createdAt, blobs, blobBytes, databaseBytes } = summary
  const lines = fields({
    backup: directory,
    'as of': formatInstant(createdAt),
    blobs: `${blobs}, ${formatBytes(blobBytes)}`,
    database: formatBytes(databaseBytes),
  })
  printResult(io, command, summary, lines)
}
