import { Argument, type Command, Option } from 'commander'
import type { Io } from '../io.js'

const TOKEN = "ERC-20 (default: the profile's, or that of the datatrust's bond)"
const MODULES = ['orders', 'markets', 'listings', 'datatrusts', 'curation']

/** `vault balance`, `vault deposit`, `vault withdraw`, `vault allow`, `vault disallow`. */
export function addVaultCommands(program: Command, io: Io): void {
  const vault = program.command('vault').description('your money in the Vault, from which orders and markets are paid')
  vault
    .command('balance')
    .description('what an account has in its wallet and in the Vault; asks for no password')
    .option('--token <address>', TOKEN)
    .option('--account <address>', 'whose (default: that of the key that acts)')
    .addHelpText('after', '\nExamples:\n  gristmill vault balance\n  gristmill vault balance --account 0x… --json')
    .action(async (options, command) => {
      const { showBalance } = await import('../vault/show-balance.js')
      await showBalance(io, command, options)
    })
  vault
    .command('deposit')
    .description('move money from your wallet into the Vault')
    .argument('<amount>', 'in whole tokens, as 12.5, or "all"')
    .option('--token <address>', TOKEN)
    .addOption(
      new Option('--by <way>', 'how the Vault is let take it (default: a permit if the token knows them)').choices([
        'permit',
        'approval',
      ]),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  gristmill vault deposit 12.5\n  gristmill vault deposit all --as patron --yes',
    )
    .action(async (amount, options, command) => {
      const { depositIntoVault } = await import('../vault/deposit-into-vault.js')
      await depositIntoVault(io, command, amount, options)
    })
  vault
    .command('withdraw')
    .description('move money from the Vault to your wallet')
    .argument('<amount>', 'in whole tokens, as 12.5, or "all"')
    .option('--token <address>', TOKEN)
    .option('--to <address>', 'another wallet')
    .addHelpText(
      'after',
      '\nExamples:\n  gristmill vault withdraw all\n  gristmill vault withdraw 2.5 --to 0x… --dry-run',
    )
    .action(async (amount, options, command) => {
      const { withdrawFromVault } = await import('../vault/withdraw-from-vault.js')
      await withdrawFromVault(io, command, amount, options)
    })
  for (const [name, allowed, description] of [
    ['allow', true, 'let a contract of the protocol take payments from your Vault balance'],
    ['disallow', false, 'take back what allow allowed'],
  ] as const) {
    vault
      .command(name)
      .description(description)
      .addArgument(new Argument('<module>', 'the contract').choices(MODULES))
      .addHelpText('after', `\nExample:\n  gristmill vault ${name} orders`)
      .action(async (module, _options, command) => {
        const { allowModule } = await import('../vault/allow-module.js')
        await allowModule(io, command, module, allowed)
      })
  }
}
