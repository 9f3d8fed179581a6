import { resolve } from 'node:path'
import type { OrderId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { fields, printResult } from '../output.js'
import { endDryRun } from '../plan/end-dry-run.js'
import { openSession } from '../session.js'
import { collect } from './collect.js'
import { requireFree } from './write-asset.js'

export interface DownloadOptions {
  out: string
  timeout: string
}

export async function downloadOrder(io: Io, command: Command, id: string, options: DownloadOptions): Promise<void> {
  const out = resolve(io.cwd, options.out)
  requireFree(out)
  const orderId = parseId('order', id) as OrderId
  endDryRun(io, command, `Fetch what order ${orderId} brings; the first time, it is paid out then`)
  await using session = await openSession(io, command)
  const { shown, ...collected } = await collect(io, session, { orderId, out, timeout: options.timeout })
  printResult(io, command, { orderId, ...collected }, fields({ order: orderId, ...shown }))
}
