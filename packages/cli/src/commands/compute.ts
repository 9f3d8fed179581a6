import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { parseId, parseParameters } from '../arguments.js'
import { buy } from '../buy.js'
import { FileError } from '../cli-errors.js'
import { collect } from '../collect.js'
import type { Io } from '../io.js'
import { fields, note, printResult } from '../output.js'
import { openSession } from '../session.js'
import { requireFree } from '../write-asset.js'

/** Largest module that is read; datatrusts take less. */
const MODULE_BYTES_MAX = 64 * 1_048_576

interface RunOptions {
  algorithm: string
  parameters: string
  out: string
  maxPrice?: string
  from: string
  timeout: string
}

/** `compute run`. */
export function addComputeCommands(program: Command, io: Io): void {
  program
    .command('compute')
    .description('run algorithms on data that stays where it is')
    .command('run')
    .description('order a run of an algorithm on a listing; a model comes back')
    .argument('<listing>')
    .requiredOption('--algorithm <file>', 'WebAssembly module')
    .option('--parameters <json>', 'integers by name', '{}')
    .requiredOption('--out <file>', 'where the model goes')
    .option('--max-price <amount>', 'order nothing above this price')
    .option('--from <source>', 'pay from the wallet or from the vault', 'wallet')
    .option('--timeout <seconds>', 'how long to wait for the model', '3600')
    .action(async (listing: string, options: RunOptions, command: Command) => {
      const out = resolve(io.cwd, options.out)
      requireFree(out)
      const parameters = parseParameters('--parameters', options.parameters)
      const module = await readModule(resolve(io.cwd, options.algorithm))
      await using session = await openSession(io, command)
      const { algorithm } = await session.client.orders.sendAlgorithm({ module })
      note(io, `Sent the algorithm ${algorithm}`)
      const { maxPrice, from, timeout } = options
      const wish = { listing: parseId('listing', listing), kind: 'compute' as const, algorithm, parameters }
      const bought = await buy(io, session, { ...wish, maxPrice, from })
      const collected = await collect(io, session, { orderId: bought.orderId, out, timeout })
      const lines = fields({ order: bought.orderId, price: bought.price, ...collected.shown })
      printResult(io, command, { ...bought, ...collected }, lines)
      note(io, `If it is what you wanted: gristmill order accept ${bought.orderId}`)
    })
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
