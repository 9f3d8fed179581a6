import type { Command } from 'commander'
import type { Io } from '../io.js'

/** `init`. */
export function addInitCommand(program: Command, io: Io): void {
  program
    .command('init')
    .description('write a profile: where the chain, the contracts and the datatrust are; each is checked first')
    .option(
      '--deployment <file>',
      'addresses of the contracts (default: deployments/CHAINID.json; a local network tells its own)',
    )
    .addHelpText(
      'after',
      `
Without --rpc and --datatrust a terminal is asked. Keys come next: gristmill keys create, or keys import.

Examples:
  gristmill init
  gristmill init --rpc http://127.0.0.1:8545 --datatrust http://127.0.0.1:8080
  gristmill init --rpc https://rpc.example --deployment deployments/8453.json`,
    )
    .action(async (options, command) => {
      const { writeProfile } = await import('../init/write-profile.js')
      await writeProfile(io, command, options)
    })
}
