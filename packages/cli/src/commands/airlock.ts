import type { RejectReason } from '@gristmill/protocol'
import { type Command, Option } from 'commander'
import type { Io } from '../io.js'

/** As `REJECT_REASONS` of the protocol, which takes longer to load than a shell wants to wait. */
const REASONS: readonly RejectReason[] = ['disclosive', 'outside-purpose', 'too-few-rows', 'poor-model', 'other']

/** `airlock list`, `airlock show`, `airlock approve`, `airlock reject`. */
export function addAirlockCommands(program: Command, io: Io): void {
  const airlock = program
    .command('airlock')
    .description('models of runs on your data, or that you review, before they leave')
  airlock
    .command('list')
    .description('runs that wait for your decision')
    .addHelpText('after', '\nExample:\n  gristmill airlock list --as maker')
    .action(async (_options, command) => {
      const { listAirlock } = await import('../airlock/list-airlock.js')
      await listAirlock(io, command)
    })
  airlock
    .command('show')
    .description(
      'a run on your data, or that you review, that is over, with its private log: checks and by how much, rows, metrics',
    )
    .argument('<order>')
    .addHelpText(
      'after',
      '\nThe log depends on the data: only its maker, and the reviewers that the policy names, can ask for it.\n' +
        '\nExample:\n  gristmill airlock show 0x… --as maker',
    )
    .action(async (order, _options, command) => {
      const { showAirlock } = await import('../airlock/show-airlock.js')
      await showAirlock(io, command, order)
    })
  airlock
    .command('approve')
    .description(
      'let the model of a run leave; under a policy with the airlock two-person, once a second reviewer does, too',
    )
    .argument('<order>', 'as airlock list shows it')
    .addHelpText('after', '\nExample:\n  gristmill airlock approve 0x… --as maker')
    .action(async (order, _options, command) => {
      const { decide } = await import('../airlock/decide.js')
      await decide(io, command, order, { approved: true })
    })
  airlock
    .command('reject')
    .description('keep the model of a run from leaving')
    .argument('<order>', 'as airlock list shows it')
    .addOption(
      new Option('--because <word>', 'for your own records; the sponsor learns REVIEW alone')
        .choices(REASONS)
        .makeOptionMandatory(),
    )
    .addHelpText('after', '\nExample:\n  gristmill airlock reject 0x… --because disclosive --as maker')
    .action(async (order, { because }, command) => {
      const { decide } = await import('../airlock/decide.js')
      await decide(io, command, order, { approved: false, because })
    })
}
