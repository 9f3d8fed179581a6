import { type Command, Option } from 'commander'
import type { Io } from '../io.js'

const DATA = ['--data <folder>', "the server's keys and data (default: datatrust/ beside the profile)"] as const
const ID = ['--id <number>', 'its number on chain (default: the one registered from the data folder)'] as const

/** `datatrust register`, `bond`, `unbond`, `withdraw-bond`, `update`, `show`, `start`, `backup`, `restore`. */
export function addDatatrustCommands(program: Command, io: Io): void {
  const datatrust = program.command('datatrust').description('operate a datatrust: register, bond, serve')
  datatrust
    .command('register')
    .description("make the server's keys and register it on chain, with the key that acts as its operator")
    .requiredOption('--url <url>', 'where buyers and makers will reach it')
    .option('--payout <address>', 'credited for orders (default: the operator)')
    .option('--asset <address>', "ERC-20 of the bond (default: the profile's token)")
    .option(...DATA)
    .addHelpText('after', '\nExample:\n  gristmill datatrust register --url https://datatrust.example --as operator')
    .action(async (options, command) => {
      const { registerDatatrust } = await import('../datatrust/register-datatrust.js')
      await registerDatatrust(io, command, options)
    })
  datatrust
    .command('bond')
    .description('add to its bond; a market takes orders only from a datatrust whose bond is its minimum or more')
    .argument('<amount>', 'in whole tokens, as 1000')
    .option(...ID)
    .option(...DATA)
    .addOption(new Option('--from <source>', 'what pays').choices(['wallet', 'vault']).default('wallet'))
    .addHelpText('after', '\nExample:\n  gristmill datatrust bond 1000 --as operator')
    .action(async (amount, options, command) => {
      const { bondDatatrust } = await import('../datatrust/bond-datatrust.js')
      await bondDatatrust(io, command, amount, options)
    })
  datatrust
    .command('unbond')
    .description('begin to take from its bond: to be withdrawn 21 days later; it no longer counts from now on')
    .argument('<amount>', 'in whole tokens, as 12.5, or "all"')
    .option(...ID)
    .option(...DATA)
    .addHelpText('after', '\nExample:\n  gristmill datatrust unbond all --as operator')
    .action(async (amount, options, command) => {
      const { unbondDatatrust } = await import('../datatrust/unbond-datatrust.js')
      await unbondDatatrust(io, command, amount, options)
    })
  datatrust
    .command('withdraw-bond')
    .description('take what has unbonded, into your Vault balance')
    .option('--to <address>', 'whose Vault balance (default: the operator)')
    .option(...ID)
    .option(...DATA)
    .addHelpText(
      'after',
      '\nExample:\n  gristmill datatrust withdraw-bond --as operator && gristmill vault withdraw all',
    )
    .action(async (options, command) => {
      const { withdrawBond } = await import('../datatrust/withdraw-bond.js')
      await withdrawBond(io, command, options)
    })
  datatrust
    .command('update')
    .description('change its URL or payout, or register the keys of the data folder in place of the old ones')
    .option('--url <url>', 'where it is reached from now on')
    .option('--payout <address>', 'credited for orders that are placed from now on')
    .option('--keys', "the data folder's keys from now on; orders that wait are served by the new signer only")
    .option(...ID)
    .option(...DATA)
    .addHelpText('after', '\nExample:\n  gristmill datatrust update --url https://new.example --as operator')
    .action(async (options, command) => {
      const { updateDatatrust } = await import('../datatrust/update-datatrust.js')
      await updateDatatrust(io, command, options)
    })
  datatrust
    .command('show')
    .description('what the chain knows of a datatrust, and whether its server answers')
    .argument('[number]', 'default: the one registered from the data folder, or the profile’s')
    .option(...DATA)
    .addHelpText('after', '\nExample:\n  gristmill datatrust show 1 --json')
    .action(async (number, options, command) => {
      const { showDatatrust } = await import('../datatrust/show-datatrust.js')
      await showDatatrust(io, command, number, options)
    })
  datatrust
    .command('start')
    .description('serve until Ctrl-C: store, attest, deliver, run')
    .option(...ID)
    .option(...DATA)
    .option('--host <address>', 'to listen on (default: $DATATRUST_HOST, 127.0.0.1)')
    .option('--port <port>', 'to listen on, 0 for a free one (default: $DATATRUST_PORT, 8080)')
    .option('--log-level <level>', 'fatal, error, warn, info, debug or silent (default: $DATATRUST_LOG_LEVEL, info)')
    .addHelpText(
      'after',
      '\nOptions go before DATATRUST_… variables, those before the profile; the datatrust package’s README lists them.' +
        '\n\nExample:\n  gristmill datatrust start --port 8080',
    )
    .action(async (options, command) => {
      const { startDatatrust } = await import('../datatrust/start-datatrust.js')
      await startDatatrust(io, command, options)
    })
  datatrust
    .command('backup')
    .description('copy database and assets, while it serves or not; the keys are yours to keep apart')
    .requiredOption('--to <folder>', 'empty, not there yet, or a backup that was broken off')
    .option(...DATA)
    .addHelpText('after', '\nExample:\n  gristmill datatrust backup --to /mnt/backup/monday')
    .action(async (options, command) => {
      const { backupDatatrust } = await import('../datatrust/backup-datatrust.js')
      await backupDatatrust(io, command, options)
    })
  datatrust
    .command('restore')
    .description('make a data folder of a backup, checked file by file; what happened since is read from the chain')
    .requiredOption('--from <folder>', 'a finished backup')
    .option(...DATA)
    .addHelpText(
      'after',
      '\nExample:\n  gristmill datatrust restore --from /mnt/backup/monday --data /var/lib/datatrust',
    )
    .action(async (options, command) => {
      const { restoreDatatrust } = await import('../datatrust/restore-datatrust.js')
      await restoreDatatrust(io, command, options)
    })
}
