import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { parseId, parseParameters } from '../arguments.js'
import { FileError } from '../cli-errors.js'
import type { Io } from '../io.js'
import { buy } from '../order/buy.js'
import { collect } from '../order/collect.js'
import { requireFree } from '../order/write-asset.js'
import { fields, note, printResult } from '../output.js'
import { openSession } from '../session.js'

/** Largest module that is read; datatrusts take less. */
const MODULE_BYTES_MAX = 64 * 1_048_576

export interface RunOptions {
  algorithm: string
  parameters: string
  out: string
  maxPrice?: string
  from: 'wallet' | 'vault'
  timeout: string
}

export async function runCompute(io: Io, command: Command, listing: string, options: RunOptions): Promise<void> {
  const out = resolve(io.cwd, options.out)
  requireFree(out)
  const parameters = parseParameters('--parameters', options.parameters)
  const listingId = parseId('listing', listing)
  const module = await readModule(resolve(io.cwd, options.algorithm))
  await using session = await openSession(io, command)
  const { algorithm } = await session.client.orders.sendAlgorithm({ module })
  note(io, `Sent the algorithm ${algorithm}`)
  const { maxPrice, from, timeout } = options
  const bought = await buy(io, session, { listing: listingId, kind: 'compute', algorithm, parameters, maxPrice, from })
  const collected = await collect(io, session, { orderId: bought.orderId, out, timeout })
  const lines = fields({ order: bought.orderId, price: bought.price, ...collected.shown })
  printResult(io, command, { ...bought, ...collected }, lines)
  note(io, `If it is what you wanted: gristmill order accept ${bought.orderId}`)
}

async function readModule(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file)
    if (size <= MODULE_BYTES_MAX) return await readFile(file)
  } catch (error) {
    throw new FileError(file, 'cannot be read: name a WebAssembly module with --algorithm.', error)
  }
  throw new FileError(file, `has more than ${MODULE_BYTES_MAX} bytes: name a WebAssembly module with --algorithm.`)
}
