import type { Command } from 'commander'
import type { Io } from '../io.js'

/** `listings`, `show`. */
export function addListingCommands(program: Command, io: Io): void {
  program
    .command('listings')
    .description('what the datatrust offers')
    .option('--after <cursor>', 'continue a page')
    .addHelpText('after', '\nExample:\n  gristmill listings --json')
    .action(async (options, command) => {
      const { showListings } = await import('../listing/show-listings.js')
      await showListings(io, command, options)
    })
  program
    .command('show')
    .description('everything about a listing, checked against the chain')
    .argument('<listing>')
    .addHelpText('after', '\nExample:\n  gristmill show 0x…')
    .action(async (listing, _options, command) => {
      const { showListing } = await import('../listing/show-listing.js')
      await showListing(io, command, listing)
    })
}
