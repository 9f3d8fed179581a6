import { resolve } from 'node:path'
import type { ListingId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import { parseId, parseParameters } from '../arguments.js'
import { readModule } from '../compute/read-module.js'
import type { Io } from '../io.js'
import { fields, note, printResult } from '../output.js'
import type { Source } from '../payment.js'
import { openSession } from '../session.js'
import { place } from './place.js'

export interface PlaceOrderOptions {
  algorithm?: string
  parameters?: string
  maxPrice?: string
  from: Source
  direct?: true
}

export async function placeOrder(io: Io, command: Command, id: string, options: PlaceOrderOptions): Promise<void> {
  const listing = parseId('listing', id) as ListingId
  const { maxPrice, from, direct, algorithm: file, parameters } = options
  if (file === undefined && parameters !== undefined) {
    throw new ArgumentError('--parameters', 'are those of a run: name its --algorithm too.')
  }
  if (file !== undefined && direct !== undefined) {
    throw new ArgumentError('--direct', 'is for data: leave it out of a run.')
  }
  const ranWith = parseParameters('--parameters', parameters ?? '{}')
  const module = file === undefined ? undefined : await readModule(resolve(io.cwd, file))
  await using session = await openSession(io, command)
  const placed =
    module === undefined
      ? await place(io, session, { listing, kind: 'access', direct, maxPrice, from })
      : await place(io, session, {
          listing,
          kind: 'compute',
          ...(await session.client.orders.sendAlgorithm({ module })),
          parameters: ranWith,
          maxPrice,
          from,
        })
  printResult(io, command, placed, fields({ order: placed.orderId, price: placed.price }))
  note(io, `Get what it brings: gristmill download ${placed.orderId} --out FILE`)
}
