import { resolve } from 'node:path'
import type { OrderId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { fields, printResult } from '../output.js'
import { openSession } from '../session.js'
import { collect } from './collect.js'
import { requireFree } from './write-asset.js'

export interface CollectOptions {
  out: string
  timeout: string
}

export async function collectOrder(io: Io, command: Command, id: string, options: CollectOptions): Promise<void> {
  const out = resolve(io.cwd, options.out)
  requireFree(out)
  await using session = await openSession(io, command)
  const { timeout } = options
  const collected = await collect(io, session, { orderId: parseId('order', id) as OrderId, out, timeout })
  printResult(io, command, collected, fields(collected.shown))
}
