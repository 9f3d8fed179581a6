import { Command, CommanderError } from 'commander'
import { addAirlockCommands } from './commands/airlock.js'
import { addCompletionCommand } from './commands/completion.js'
import { addComputeCommands } from './commands/compute.js'
import { addCurationCommands } from './commands/curation.js'
import { addDatatrustCommands } from './commands/datatrust.js'
import { addDeployCommand } from './commands/deploy.js'
import { addDevCommands } from './commands/dev.js'
import { addInitCommand } from './commands/init.js'
import { addKeysCommands } from './commands/keys.js'
import { addListingCommands } from './commands/listing.js'
import { addMarketCommands } from './commands/market.js'
import { addOrderCommands } from './commands/order.js'
import { addPolicyCommands } from './commands/policy.js'
import { addPublishCommand } from './commands/publish.js'
import { addReceiptCommands } from './commands/receipt.js'
import { addSignalCommands } from './commands/signal.js'
import { addVaultCommands } from './commands/vault.js'
import { EXIT } from './exit-codes.js'
import { interruption } from './interruption.js'
import { DryRunEnded, type Host, Interrupted, type Io } from './io.js'
import { printable } from './printable.js'
import { version } from './version.js'

/** Runs one command and gives its exit code, see `EXIT`. */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  const json = argv.includes('--json')
  const io: Io = {
    ...host,
    quiet: json && host.stderr.isTTY !== true,
    word: undefined,
    transactions: new Map(),
    serves: false,
  }
  const program = createProgram(io, json)
  try {
    await orInterrupted(program.parseAsync([...argv], { from: 'user' }), io)
    return EXIT.done
  } catch (error) {
    if (error instanceof Interrupted || (host.signal.aborted && !io.serves)) return sayInterrupted(io, json)
    if (error instanceof DryRunEnded) return EXIT.done
    // Commander has said what is wrong, or has shown its help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : sayUsage(io, error, json)
    const { printError } = await import('./print-error.js')
    return printError(io, error, json)
  }
}

/** The whole command line; completions are made from it too. */
export function createProgram(io: Io, json = false): Command {
  const program = new Command('gristmill')
    .description('Buy data, run algorithms on data that stays where it is, and look after what you sell.')
    .version(version)
    .option('--profile <file>', 'profile (default: $GRISTMILL_PROFILE, .gristmill/profile.json here or above, .demo/)')
    .option('--rpc <url>', 'node of the chain, instead of what the profile says')
    .option('--datatrust <url>', 'datatrust, instead of what the profile says')
    .option('--as <key>', "key that acts (default: the profile's, or its only one)")
    .option('--password-file <file>', 'password of the key (default: $GRISTMILL_PASSWORD, or it is asked for)')
    .option('--yes', 'sign without asking')
    .option('--dry-run', 'show what would be signed and sent, and end')
    .option('--json', 'print result and errors as JSON')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => {
        if (!json) io.stderr.write(text)
      },
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      getOutHelpWidth: () => io.stdout.columns ?? HELP_COLUMNS,
      getErrHelpWidth: () => io.stderr.columns ?? HELP_COLUMNS,
    })
    .showHelpAfterError('(add --help to see how it is used)')
    .showSuggestionAfterError()
  for (const add of COMMANDS) add(program, io)
  return program
}

const HELP_COLUMNS = 100

const COMMANDS = [
  addListingCommands,
  addPublishCommand,
  addPolicyCommands,
  addOrderCommands,
  addComputeCommands,
  addAirlockCommands,
  addReceiptCommands,
  addMarketCommands,
  addCurationCommands,
  addSignalCommands,
  addVaultCommands,
  addKeysCommands,
  addInitCommand,
  addCompletionCommand,
  addDevCommands,
  addDeployCommand,
  addDatatrustCommands,
]

/** Ends with `Interrupted` once the signal is aborted, whatever is still under way, unless the command waits for that. */
async function orInterrupted(work: Promise<unknown>, io: Io): Promise<void> {
  const { signal } = io
  let stop: () => void = () => undefined
  const stopped = new Promise<never>((_, reject) => {
    stop = () => {
      if (!io.serves) reject(new Interrupted())
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
  })
  try {
    await Promise.race([work, stopped])
  } finally {
    signal.removeEventListener('abort', stop)
    // What fails later is of no interest.
    work.catch(() => undefined)
  }
}

function sayInterrupted(io: Io, json: boolean): number {
  const error = interruption(io)
  io.stderr.write(json ? `${JSON.stringify({ error })}\n` : `\n${printable(error.message)}\n`)
  return EXIT.interrupted
}

function sayUsage(io: Io, { message }: CommanderError, json: boolean): number {
  const error = { code: 'USAGE', message: message.replace(/^error: /, ''), exitCode: EXIT.usage, details: {} }
  if (json) io.stderr.write(`${JSON.stringify({ error })}\n`)
  return EXIT.usage
}
