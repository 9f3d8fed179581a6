import type { Command } from 'commander'
import type { Io } from '../io.js'

/** `signal`, `signal withdraw`, `signal flush`, `rewards`, `rewards claim`, `portfolio`. */
export function addSignalCommands(program: Command, io: Io): void {
  const signal = program
    .command('signal')
    .description('point shares at a listing: they stay yours and earn from its sales, from the day after tomorrow on')
    .argument('<listing>')
    .argument('<shares>', 'of its market, as 12.5')
    .addHelpText('after', '\nExample:\n  gristmill signal 0x… 50')
    .action(async (listing, shares, _options, command) => {
      const { signalListing } = await import('../signal/signal-listing.js')
      await signalListing(io, command, listing, shares)
    })
  signal
    .command('withdraw')
    .description('take a signal back, at once and in full')
    .argument('<listing>')
    .argument('<shares>', 'as 12.5, or "all"')
    .addHelpText('after', '\nExample:\n  gristmill signal withdraw 0x… all')
    .action(async (listing, shares, _options, command) => {
      const { withdrawSignal } = await import('../signal/signal-listing.js')
      await withdrawSignal(io, command, listing, shares)
    })
  signal
    .command('flush')
    .description('pay what waits to the signals that earn, and let those that have waited earn too; anyone may')
    .argument('<listing>')
    .addHelpText('after', '\nExample:\n  gristmill signal flush 0x…')
    .action(async (listing, _options, command) => {
      const { flushSignals } = await import('../signal/signal-listing.js')
      await flushSignals(io, command, listing)
    })
  const rewards = program
    .command('rewards')
    .description('what your signals and votes have earned and you have not claimed')
    .option('--account <address>', 'whose (default: that of the key that acts)')
    .addHelpText('after', '\nExamples:\n  gristmill rewards\n  gristmill rewards claim')
    .action(async (options, command) => {
      const { showRewards } = await import('../signal/show-rewards.js')
      await showRewards(io, command, options)
    })
  rewards
    .command('claim')
    .description('have it all credited in your Vault balance')
    .addHelpText('after', '\nExample:\n  gristmill rewards claim')
    .action(async (_options, command) => {
      const { claimRewards } = await import('../signal/claim-rewards.js')
      await claimRewards(io, command)
    })
  program
    .command('portfolio')
    .description('your money in markets: paid in, taken out, what the shares would redeem for now')
    .option('--account <address>', 'whose (default: that of the key that acts)')
    .option('--over-time', 'every purchase and redemption, the oldest first')
    .addHelpText('after', '\nExamples:\n  gristmill portfolio\n  gristmill portfolio --over-time --account 0x…')
    .action(async (options, command) => {
      const { showPortfolio } = await import('../portfolio/show-portfolio.js')
      await showPortfolio(io, command, options)
    })
}
