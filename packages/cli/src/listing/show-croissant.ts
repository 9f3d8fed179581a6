import type { ListingId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { printResult } from '../output.js'
import { openReader } from '../session.js'

export async function showCroissant(io: Io, command: Command, id: string): Promise<void> {
  const listing = parseId('listing', id) as ListingId
  await using reader = await openReader(io, command)
  const croissant = await reader.client.listings.croissant({ listing })
  printResult(io, command, croissant, JSON.stringify(croissant, undefined, 2).split('\n'))
}
