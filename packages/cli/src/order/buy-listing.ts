import { resolve } from 'node:path'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { fields, printResult } from '../output.js'
import { openSession } from '../session.js'
import { buy } from './buy.js'
import { collect } from './collect.js'
import { requireFree } from './write-asset.js'

export interface BuyOptions {
  out: string
  maxPrice?: string
  from: 'wallet' | 'vault'
}

export async function buyListing(io: Io, command: Command, id: string, options: BuyOptions): Promise<void> {
  const { maxPrice, from } = options
  const out = resolve(io.cwd, options.out)
  requireFree(out)
  const listing = parseId('listing', id)
  await using session = await openSession(io, command)
  const bought = await buy(io, session, { listing, kind: 'access', maxPrice, from })
  const collected = await collect(io, session, { orderId: bought.orderId, out })
  const lines = fields({ order: bought.orderId, price: bought.price, ...collected.shown })
  printResult(io, command, { ...bought, ...collected }, lines)
}
