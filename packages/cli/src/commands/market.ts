import type { Command } from 'commander'
import type { Io } from '../io.js'

/** `market show`. */
export function addMarketCommands(program: Command, io: Io): void {
  program
    .command('market')
    .description('markets and their reserves')
    .command('show')
    .description('prices and money of a market')
    .argument('[market]', "default: the profile's, or that of the first listing")
    .addHelpText('after', '\nExample:\n  gristmill market show --json')
    .action(async (market, _options, command) => {
      const { showMarket } = await import('../market/show-market.js')
      await showMarket(io, command, market)
    })
}
