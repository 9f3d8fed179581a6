import { resolve } from 'node:path'
import { readBucket, restore } from '@gristmill/datatrust'
import type { Command } from 'commander'
import { formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { fields, note, printResult } from '../output.js'
import { formatBytes } from '../progress.js'
import { showCopying } from './copy-progress.js'
import { type DataOption, namedDataFolder } from './data-folder.js'

export async function restoreDatatrust(
  io: Io,
  command: Command,
  options: DataOption & { from: string },
): Promise<void> {
  const dataDirectory = await namedDataFolder(io, command, options)
  const from = resolve(io.cwd, options.from)
  const summary = await showCopying(io, (onProgress) =>
    restore({ from, dataDirectory, bucket: readBucket(io.env), onProgress }),
  )
  const { createdAt, blobs, blobBytes } = summary
  const lines = fields({
    restored: dataDirectory,
    'as of': formatInstant(createdAt),
    blobs: `${blobs}, ${formatBytes(blobBytes)}`,
  })
  printResult(io, command, { ...summary, dataDirectory }, lines)
  note(
    io,
    `Fair orders that were quoted after ${formatInstant(createdAt)} have lost their keys: they are refunded to their buyers. The ` +
      'log, and the metric gristmill_lost_orders, tell how many once the chain was read.',
  )
  note(
    io,
    `Put the whole keys folder back as ${dataDirectory}/keys, then: gristmill datatrust start --data ${dataDirectory}`,
  )
}
