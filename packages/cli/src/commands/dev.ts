import type { Command } from 'commander'
import type { Io } from '../io.js'

/** `dev`, `dev status`, `dev advance`, `dev fund`, `dev reset`. */
export function addDevCommands(program: Command, io: Io): void {
  const dev = program
    .command('dev')
    .description('run a network of your own on this machine: chain, contracts, play money, accounts, market, datatrust')
    .option('--directory <folder>', 'where it keeps what it is (default: dev/ beside the profile, .gristmill/dev)')
    .option('--port <port>', 'of the chain, 0 for a free one (default: as last time, 8545 at first)')
    .option('--datatrust-port <port>', 'of the datatrust, 0 for a free one (default: as last time, 8080 at first)')
    .option('--no-datatrust', 'only the chain, the contracts and a market')
    .option('--verbose', 'show blocks and events as they happen')
    .addHelpText(
      'after',
      '\nStays up until Ctrl-C; started again it is the same network. Its money and keys are worth nothing elsewhere.' +
        '\n\nExamples:\n  gristmill dev\n  gristmill dev --port 0 --datatrust-port 0 --verbose',
    )
    .action(async (options, command) => {
      const { startDev } = await import('../dev/start-dev.js')
      await startDev(io, command, options)
    })
  dev
    .command('status')
    .description('where the network is, what time it has, and who has how much')
    .addHelpText('after', '\nExample:\n  gristmill dev status')
    .action(async (_options, command) => {
      const { showStatus } = await import('../dev/show-status.js')
      await showStatus(io, command)
    })
  dev
    .command('advance')
    .description("move the network's clock forward, for refunds, drips and waits; it stays so after a restart")
    .argument('<duration>', 'as 90s, 30m, 2h or 1d12h')
    .addHelpText('after', '\nExample:\n  gristmill dev advance 2h')
    .action(async (duration, _options, command) => {
      const { advanceClock } = await import('../dev/advance-clock.js')
      await advanceClock(io, command, duration)
    })
  dev
    .command('fund')
    .description('give an account play money, and native coin for gas')
    .argument('<account>', 'name of a key, or an address')
    .option('--amount <amount>', 'play money, in whole tokens', '10000')
    .option('--gas <amount>', 'native coin, whole', '10')
    .addHelpText(
      'after',
      '\nExamples:\n  gristmill keys create alice && gristmill dev fund alice\n  gristmill dev fund 0x… --amount 25',
    )
    .action(async (account, options, command) => {
      const { fundAccount } = await import('../dev/fund-account.js')
      await fundAccount(io, command, account, options)
    })
  dev
    .command('reset')
    .description('remove the network with everything on it, its profile and the keys it made; asks first')
    .addHelpText('after', '\nExample:\n  gristmill dev reset --yes')
    .action(async (_options, command) => {
      const { resetNetwork } = await import('../dev/reset-network.js')
      await resetNetwork(io, command)
    })
}
