import { resolve } from 'node:path'
import { openDatatrustRun } from '@gristmill/datatrust'
import { type OrderId, toWire } from '@gristmill/protocol'
import type { Command } from 'commander'
import { FileError } from '../argument-errors.js'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { createSecret } from '../keys/secret-file.js'
import { requireFree } from '../order/write-asset.js'
import { fields, printResult, warn } from '../output.js'
import { loadProfile } from '../profile.js'
import { configOf, type StartOptions } from './start-datatrust.js'

export interface OpenRunOptions extends StartOptions {
  out: string
}

/** Writes what repeats one run elsewhere. */
export async function openRun(io: Io, command: Command, id: string, options: OpenRunOptions): Promise<void> {
  const orderId = parseId('order', id) as OrderId
  const file = resolve(io.cwd, options.out)
  requireFree(file)
  const config = await configOf(io, await loadProfile(io, command), options)
  const opening = await openDatatrustRun(config, orderId)
  if ((await createSecret(file, `${toWire(opening)}\n`)) === 'kept') {
    throw new FileError(file, 'is there already: name another file with --out.')
  }
  const { contentRoot } = opening
  const opens = 'this run alone'
  printResult(io, command, { orderId, contentRoot, file }, fields({ order: orderId, opens, data: contentRoot, file }))
  warn(io, 'whoever has it and the data knows which rows were held back, and can take the noise off the model.')
}
