import { Command, CommanderError } from 'commander'
import { addApprovalCommands } from './commands/approval.js'
import { addComputeCommands } from './commands/compute.js'
import { addListingCommands } from './commands/listing.js'
import { addMarketCommands } from './commands/market.js'
import { addOrderCommands } from './commands/order.js'
import { addVaultCommands } from './commands/vault.js'
import type { Io } from './io.js'
import { printError } from './output.js'

const OK = 0
const FAILURE = 1
const USAGE = 2

/** Runs one command and gives its exit code: 0 ok, 1 failure, 2 usage. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const program = createProgram(io)
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return OK
  } catch (error) {
    // Commander has said what is wrong, or has shown its help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? OK : USAGE
    printError(io, error, argv.includes('--json'))
    return FAILURE
  }
}

function createProgram(io: Io): Command {
  const program = new Command('gristmill')
    .description('Buy data, run algorithms on data that stays where it is, and look after what you sell.')
    .option('--profile <file>', 'connection profile (default: $GRISTMILL_PROFILE, .gristmill or .demo/profile.json)')
    .option('--as <actor>', 'who of the profile acts (default: its defaultActor)')
    .option('--json', 'print the result as JSON')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
    .showHelpAfterError('(gristmill --help lists the commands)')
  for (const add of COMMANDS) add(program, io)
  return program
}

const COMMANDS = [
  addListingCommands,
  addOrderCommands,
  addComputeCommands,
  addApprovalCommands,
  addMarketCommands,
  addVaultCommands,
]
