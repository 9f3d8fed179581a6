import { Argument, type Command, Option } from 'commander'
import type { Io } from '../io.js'
import { addConfigOptions } from './config-options.js'

const from = () => new Option('--from <source>', 'what pays the bond').choices(['wallet', 'vault']).default('wallet')

/** `challenge`, `dispute`, `propose`, `polls`, `poll`, `vote`, `resolve`. */
export function addCurationCommands(program: Command, io: Io): void {
  program
    .command('challenge')
    .description('have the share holders of its market vote on removing a listing; puts up a bond')
    .argument('<listing>')
    .requiredOption('--because <text>', 'for those who vote, at most 512 bytes, public for ever: a URL with its hash')
    .addOption(from())
    .addHelpText('after', '\nExample:\n  gristmill challenge 0x… --because "a copy of https://example.org/table.csv"')
    .action(async (listing, options, command) => {
      const { challengeListing } = await import('../curation/challenge-listing.js')
      await challengeListing(io, command, listing, options)
    })
  program
    .command('dispute')
    .description('have the share holders decide about a run, if its deal names them as arbiter; puts up a bond')
    .argument('<order>')
    .requiredOption('--because <text>', 'for those who vote, at most 512 bytes, public for ever: a URL with its hash')
    .addOption(from())
    .addHelpText(
      'after',
      '\nExample:\n  gristmill dispute 0x… --because "the model is all zeros: https://example.org/m"',
    )
    .action(async (order, options, command) => {
      const { disputeRun } = await import('../curation/dispute-run.js')
      await disputeRun(io, command, order, options)
    })
  const propose = program.command('propose').description('have the share holders of a market vote on how it goes on')
  const config = propose
    .command('config')
    .description('propose other rules, if the market’s admin is the Curation contract; puts up a bond')
    .argument('<market>')
    .addOption(from())
  addConfigOptions(config)
  config
    .addHelpText(
      'after',
      '\nWhat you do not say stays as it is today. Orders and listings keep the rules they began with.\n' +
        '\nExample:\n  gristmill propose config 0x… --maker-bps 6500 --drip-seconds 14d',
    )
    .action(async (market, options, command) => {
      const { proposeConfig } = await import('../curation/propose-config.js')
      await proposeConfig(io, command, market, options)
    })
  propose
    .command('admission')
    .description('propose who is on the market’s list of datatrusts; puts up a bond')
    .argument('<market>')
    .argument('<datatrust>', 'its number')
    .addArgument(new Argument('<answer>', 'put on the list, or taken off it').choices(['admit', 'dismiss']))
    .addOption(from())
    .addHelpText('after', '\nExample:\n  gristmill propose admission 0x… 2 admit')
    .action(async (market, datatrust, answer, options, command) => {
      const { proposeAdmission } = await import('../curation/propose-admission.js')
      await proposeAdmission(io, command, { market, datatrust, answer }, options)
    })
  program
    .command('polls')
    .description('polls on the chain, the newest first')
    .option('--market <market>', 'only of this market')
    .option('--open', 'only those that nobody has resolved yet')
    .option('--limit <number>', 'of one page, 1 to 100', '20')
    .option('--after <cursor>', 'continue a page')
    .addHelpText('after', '\nExample:\n  gristmill polls --open')
    .action(async (options, command) => {
      const { showPolls } = await import('../curation/show-polls.js')
      await showPolls(io, command, options)
    })
  program
    .command('poll')
    .description('what a poll is about, where it stands, and what an account can do in it')
    .argument('<poll>', 'its number')
    .option('--account <address>', 'whose vote is shown too (default: nobody’s)')
    .addHelpText('after', '\nExample:\n  gristmill poll 7 --account 0x…')
    .action(async (poll, options, command) => {
      const { showPoll } = await import('../curation/show-poll.js')
      await showPoll(io, command, poll, options)
    })
  program
    .command('vote')
    .description('vote with all shares you have; once, for good, and they stay until the poll is over')
    .argument('<poll>', 'its number')
    .addArgument(new Argument('<answer>', 'yes: do what the poll is about').choices(['yes', 'no']))
    .addHelpText('after', '\nExample:\n  gristmill vote 7 yes')
    .action(async (poll, answer, _options, command) => {
      const { castVote } = await import('../curation/cast-vote.js')
      await castVote(io, command, poll, answer)
    })
  program
    .command('resolve')
    .description('end a poll whose last vote is past, and pay its bonds; anyone may, within 7 days')
    .argument('<poll>', 'its number')
    .addHelpText('after', '\nExample:\n  gristmill resolve 7')
    .action(async (poll, _options, command) => {
      const { resolvePoll } = await import('../curation/resolve-poll.js')
      await resolvePoll(io, command, poll)
    })
}
