import { type Command, Option } from 'commander'
import type { Io } from '../io.js'

const DATA = ['--data <folder>', "the server's keys and data (default: datatrust/ beside the profile)"] as const
const PASSPHRASE = [
  '--passphrase-file <file>',
  "its first line encrypts the server's keys (default: $DATATRUST_PASSPHRASE_FILE)",
] as const
const UNENCRYPTED = ['--unencrypted-keys', 'makes keys in the clear, for play'] as const
const ID = ['--id <number>', 'its number on chain (default: the one registered from the data folder)'] as const

/**
 * `datatrust register`, `bond`, `unbond`, `withdraw-bond`, `update`, `show`, `start`, `doctor`, `backup`, `restore`,
 * `audit`, `opening`, `shred`, `keys`.
 */
export function addDatatrustCommands(program: Command, io: Io): void {
  const datatrust = program.command('datatrust').description('operate a datatrust: register, bond, serve')
  datatrust
    .command('register')
    .description("make the server's keys and register it on chain, with the key that acts as its operator")
    .requiredOption('--url <url>', 'where buyers and makers will reach it')
    .option('--payout <address>', 'credited for orders (default: the operator)')
    .option('--asset <address>', "ERC-20 of the bond (default: the profile's token)")
    .option(...DATA)
    .option(...PASSPHRASE)
    .option(...UNENCRYPTED)
    .addHelpText(
      'after',
      '\nExample:\n  gristmill datatrust register --url https://datatrust.example --passphrase-file passphrase --as operator\n' +
        '\nA passphrase: (umask 077; openssl rand -base64 24 > passphrase)',
    )
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
    .option(...PASSPHRASE)
    .option(...UNENCRYPTED)
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
    .option(...PASSPHRASE)
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
    .command('doctor')
    .description('look at keys, disk, database, chain, gas money, clock and bucket: ok, warn or fail, and what to do')
    .option(...ID)
    .option(...DATA)
    .option(...PASSPHRASE)
    .addHelpText(
      'after',
      '\nBeside a server that runs, or before one starts, with the same variables. Ends with 1 if anything failed.' +
        '\n\nExample:\n  gristmill datatrust doctor',
    )
    .action(async (options, command) => {
      const { examineDatatrust } = await import('../datatrust/examine-datatrust.js')
      await examineDatatrust(io, command, options)
    })
  datatrust
    .command('backup')
    .description('copy database and assets, while it serves or not; the keys are yours to keep apart')
    .requiredOption('--to <folder>', 'empty, not there yet, or a backup that was broken off')
    .addOption(
      new Option('--blobs <how>', 'copy them to disk, or refer to the bucket that has them, and keeps versions')
        .choices(['copy', 'refer'])
        .default('copy'),
    )
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
      '\nInto a bucket, or where the backup refers to one, with the DATATRUST_S3_… variables of the server.' +
        '\n\nExample:\n  gristmill datatrust restore --from /mnt/backup/monday --data /var/lib/datatrust',
    )
    .action(async (options, command) => {
      const { restoreDatatrust } = await import('../datatrust/restore-datatrust.js')
      await restoreDatatrust(io, command, options)
    })
  datatrust
    .command('audit')
    .description('write who ordered, ran, decided and got what, and when, signed line after line; or check such a file')
    .option('--since <instant>', 'from then on, as 2026-03-01 or 2026-03-01T12:00:00Z (default: the beginning)')
    .option('--until <instant>', 'before then (default: now)')
    .option('--listing <id>', 'of this listing only')
    .option('--account <address>', 'of this buyer, maker, or whoever asked, only')
    .addOption(new Option('--format <format>', 'of the lines').choices(['csv', 'jsonl']).default('csv'))
    .option('--out <file>', 'not there yet; only its owner may read it (default: standard output)')
    .option('--verify <file>', 'check this file instead: nothing was changed, left out or added since it was signed')
    .option('--signer <address>', 'with --verify: who must have signed it')
    .option(...ID)
    .option(...DATA)
    .option(...PASSPHRASE)
    .addHelpText(
      'after',
      '\nBeside a server that runs, or without it. The datatrust package’s README tells the columns, what is personal in them,' +
        ' and what the signature proves.' +
        '\n\nExample:\n  gristmill datatrust audit --since 2026-01-01 --until 2026-04-01 --out quarter.csv' +
        '\n  gristmill datatrust audit --verify quarter.csv',
    )
    .action(async (options, command) => {
      const { auditDatatrust } = await import('../datatrust/audit-datatrust.js')
      await auditDatatrust(io, command, options)
    })
  datatrust
    .command('opening')
    .description(
      'write what lets somebody repeat one run that is over, an arbiter for example: its secrets and no others',
    )
    .argument('<order>')
    .requiredOption('--out <file>', 'not there yet; only its owner may read it')
    .option(...ID)
    .option(...DATA)
    .option(...PASSPHRASE)
    .addHelpText(
      'after',
      '\nWhoever has it and the data knows which rows were held back, and can take the noise off a model that has some.\n' +
        '\nExample:\n  gristmill datatrust opening 0x… --out opening.json',
    )
    .action(async (order, options, command) => {
      const { openRun } = await import('../datatrust/open-run.js')
      await openRun(io, command, order, options)
    })
  datatrust
    .command('shred')
    .description('destroy the content of a listing that has ended, once no order of it can be served any more')
    .argument('<listing>')
    .option(...ID)
    .option(...DATA)
    .option(...PASSPHRASE)
    .addHelpText('after', '\nExample:\n  gristmill datatrust shred 0x…')
    .action(async (listing, options, command) => {
      const { shredListing } = await import('../datatrust/shred-listing.js')
      await shredListing(io, command, listing, options)
    })
  const keys = datatrust.command('keys').description("the server's own keys: list, rotate, destroy, encrypt")
  keys
    .command('list')
    .description('OpenPGP keys, how many assets each opens, and which one the chain names')
    .option(...ID)
    .option(...DATA)
    .option(...PASSPHRASE)
    .addHelpText('after', '\nExample:\n  gristmill datatrust keys list')
    .action(async (options, command) => {
      const { listOwnKeys } = await import('../datatrust/manage-keys.js')
      await listOwnKeys(io, command, options)
    })
  keys
    .command('rotate')
    .description(
      'make a new OpenPGP key, give it to every asset while the server runs, announce it on chain; goes on if broken off',
    )
    .option(...ID)
    .option(...DATA)
    .option(...PASSPHRASE)
    .addHelpText('after', '\nExample:\n  gristmill datatrust keys rotate --as operator')
    .action(async (options, command) => {
      const { rotateOwnKeys } = await import('../datatrust/manage-keys.js')
      await rotateOwnKeys(io, command, options)
    })
  keys
    .command('destroy')
    .description(
      'destroy an OpenPGP key that opens nothing any more; backups from before its rotation become unreadable',
    )
    .argument('<fingerprint>')
    .option(...ID)
    .option(...DATA)
    .option(...PASSPHRASE)
    .addHelpText('after', '\nExample:\n  gristmill datatrust keys destroy 0x…')
    .action(async (fingerprint, options, command) => {
      const { destroyOwnKey } = await import('../datatrust/manage-keys.js')
      await destroyOwnKey(io, command, fingerprint, options)
    })
  keys
    .command('encrypt')
    .description('encrypt key files that lie in the clear; the server needs the passphrase from its next start on')
    .option(...DATA)
    .option(...PASSPHRASE)
    .addHelpText('after', '\nExample:\n  gristmill datatrust keys encrypt --passphrase-file passphrase')
    .action(async (options, command) => {
      const { encryptDatatrustKeys } = await import('../datatrust/encrypt-keys.js')
      await encryptDatatrustKeys(io, command, options)
    })
}
