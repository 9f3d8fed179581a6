import { type Command, Option } from 'commander'
import type { Io } from '../io.js'

/** `listings`, `show`, `listing show`, `listing croissant`, `listing update`, `listing exit`, `listing return-bond`. */
export function addListingCommands(program: Command, io: Io): void {
  program
    .command('listings')
    .description(
      'what the datatrust offers; all words have to be in name, description, licence, keywords or column names',
    )
    .argument('[words...]')
    .option('--market <market>', 'only of this market')
    .option('--maker <address>', 'only of this maker')
    .addOption(new Option('--kind <kind>', 'only what is sold as data, or for runs').choices(['access', 'compute']))
    .option('--max-price <amount>', "at most this price, in whole tokens of the market, or of the profile's")
    .option('--exited', 'what takes no orders any more, instead of what does')
    .addOption(
      new Option('--sort <by>', 'order (default: newest); signal: most shares of one market first').choices([
        'newest',
        'price',
        'name',
        'size',
        'signal',
      ]),
    )
    .option('--limit <number>', 'of one page, 1 to 100', '20')
    .option('--after <cursor>', 'continue a page; with the same words and options')
    .addHelpText(
      'after',
      '\nExamples:\n  gristmill listings\n  gristmill listings weather --kind access --max-price 10 --sort price',
    )
    .action(async (words, options, command) => {
      const { showListings } = await import('../listing/show-listings.js')
      await showListings(io, command, words, options)
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
  const listing = program.command('listing').description('look after what you sell')
  listing
    .command('show')
    .description('the same as show: everything about a listing, checked against the chain')
    .argument('<listing>')
    .addHelpText('after', '\nExample:\n  gristmill listing show 0x…')
    .action(async (id, _options, command) => {
      const { showListing } = await import('../listing/show-listing.js')
      await showListing(io, command, id)
    })
  listing
    .command('croissant')
    .description('its description as Croissant 1.1 (JSON-LD), made of what the chain commits to')
    .argument('<listing>')
    .addHelpText('after', '\nExample:\n  gristmill listing croissant 0x… > croissant.json')
    .action(async (id, _options, command) => {
      const { showCroissant } = await import('../listing/show-croissant.js')
      await showCroissant(io, command, id)
    })
  listing
    .command('update')
    .description('change prices, for new orders')
    .argument('<listing>')
    .option('--access <amount>', 'price of the data, in whole tokens; 0 is free, "none" is not for sale')
    .option('--compute <amount>', 'price of a run; likewise')
    .addHelpText('after', '\nExample:\n  gristmill listing update 0x… --access 7.5')
    .action(async (id, options, command) => {
      const { updateListing } = await import('../listing/update-listing.js')
      await updateListing(io, command, id, options)
    })
  listing
    .command('exit')
    .description('end a listing: orders are taken for the market’s exit delay, then no more')
    .argument('<listing>')
    .addHelpText('after', '\nExample:\n  gristmill listing exit 0x…')
    .action(async (id, _options, command) => {
      const { exitListing } = await import('../listing/exit-listing.js')
      await exitListing(io, command, id)
    })
  listing
    .command('return-bond')
    .description('give the bond of a listing that has ended back to its maker; anyone may')
    .argument('<listing>')
    .addHelpText('after', '\nExample:\n  gristmill listing return-bond 0x…')
    .action(async (id, _options, command) => {
      const { returnBond } = await import('../listing/exit-listing.js')
      await returnBond(io, command, id)
    })
}
