import { shredContent } from '@gristmill/datatrust'
import type { ListingId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import { formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { fields, printResult, warn } from '../output.js'
import { loadProfile } from '../profile.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'
import { configOf, type StartOptions } from './start-datatrust.js'

export async function shredListing(io: Io, command: Command, id: string, options: StartOptions): Promise<void> {
  const listing = parseId('listing', id) as ListingId
  const config = await configOf(io, await loadProfile(io, command), options)
  await using session = await openSession(io, command)
  await session.confirm({
    title: `Destroy the content of listing ${listing}`,
    facts: {
      folder: config.dataDirectory,
      destroys: 'key packets, secret of the blinds, encrypted data, messages made of it',
    },
    transactions: [],
    irreversible:
      'Its buyers can fetch it no more. Backups still hold it, until the OpenPGP key is rotated and destroyed.',
  })
  const shred = await step(io, 'Shreds it', () => shredContent(config, listing))
  warn(io, 'backups made before still hold it: destroy them, or rotate the OpenPGP key and destroy the old one.')
  const { listings, contentRoot, sizeBytes, shreddedAt } = shred
  const lines = fields({
    shredded: listings.join(', '),
    contentRoot,
    size: `${sizeBytes} bytes`,
    at: formatInstant(shreddedAt),
  })
  printResult(io, command, shred, lines)
}
