import type { Command } from 'commander'
import type { Io } from '../io.js'

const NAME_SAID = 'letters, digits, dots, dashes, underscores'

/** `keys create`, `keys import`, `keys export`, `keys list`, `keys show`, `keys use`, `keys openpgp`. */
export function addKeysCommands(program: Command, io: Io): void {
  const keys = program.command('keys').description('the keys that may act; encrypted files in keys/ beside the profile')
  keys
    .command('create')
    .description('make a key, encrypted with a password')
    .argument('[name]', NAME_SAID, 'default')
    .addHelpText(
      'after',
      '\nExamples:\n  gristmill keys create maker\n  gristmill keys create maker --password-file pw',
    )
    .action(async (name, _options, command) => {
      const { createKey } = await import('../keys/create-key.js')
      await createKey(io, command, name)
    })
  keys
    .command('import')
    .description(
      'take a key that you have: 0x…, a mnemonic phrase, or a keystore of ethers or geth; typed hidden, or piped in',
    )
    .argument('[name]', NAME_SAID, 'default')
    .option('--keystore-password-file <file>', 'password of the keystore that is piped in, if it is another')
    .addHelpText(
      'after',
      '\nExamples:\n  gristmill keys import maker\n  gristmill keys import maker --password-file pw < keystore.json',
    )
    .action(async (name, options, command) => {
      const { importKey } = await import('../keys/import-key.js')
      await importKey(io, command, name, options)
    })
  keys
    .command('export')
    .description('write a key to a file for another wallet, as an encrypted keystore')
    .argument('<key>', 'its name')
    .option('--out <file>', 'must not exist; readable by you alone (default: NAME.keystore.json)')
    .option('--bare', 'the private key itself, not encrypted: whoever sees it has the account')
    .addHelpText('after', '\nExamples:\n  gristmill keys export maker\n  gristmill keys export maker --bare --out -')
    .action(async (name, options, command) => {
      const { exportKey } = await import('../keys/export-key.js')
      await exportKey(io, command, name, options)
    })
  keys
    .command('list')
    .description('names and addresses; asks for no password')
    .addHelpText('after', '\nExample:\n  gristmill keys list')
    .action(async (_options, command) => {
      const { showKeys } = await import('../keys/show-keys.js')
      await showKeys(io, command)
    })
  keys
    .command('show')
    .description('address and files of a key')
    .argument('[key]', 'its name (default: the one that acts)')
    .addHelpText('after', '\nExample:\n  gristmill keys show maker --json')
    .action(async (name, _options, command) => {
      const { showKey } = await import('../keys/show-key.js')
      await showKey(io, command, name)
    })
  keys
    .command('use')
    .description('make a key the one that acts unless --as names another')
    .argument('<key>', 'its name')
    .addHelpText('after', '\nExample:\n  gristmill keys use maker')
    .action(async (name, _options, command) => {
      const { useKey } = await import('../keys/use-key.js')
      await useKey(io, command, name)
    })
  keys
    .command('openpgp')
    .description('make the OpenPGP key to which data is sent, where it was lost; what was bought before stays closed')
    .argument('<key>', 'its name')
    .addHelpText('after', '\nExample:\n  gristmill keys openpgp buyer')
    .action(async (name, _options, command) => {
      const { renewOpenpgpKey } = await import('../keys/renew-openpgp-key.js')
      await renewOpenpgpKey(io, command, name)
    })
}
