import type { Command } from 'commander'
import type { Io } from '../io.js'

/** `approvals`, `approve`, `reject`. */
export function addApprovalCommands(program: Command, io: Io): void {
  program
    .command('approvals')
    .description('runs on your data that wait for your decision')
    .addHelpText('after', '\nExample:\n  gristmill approvals --as maker')
    .action(async (_options, command) => {
      const { showApprovals } = await import('../approval/show-approvals.js')
      await showApprovals(io, command)
    })
  for (const [name, description] of [
    ['approve', 'let the model of a run leave'],
    ['reject', 'keep the model of a run from leaving'],
  ] as const) {
    program
      .command(name)
      .description(description)
      .argument('<order>', 'as approvals shows it')
      .addHelpText('after', `\nExample:\n  gristmill ${name} 0x… --as maker`)
      .action(async (order, _options, command) => {
        const { decide } = await import('../approval/decide.js')
        await decide(io, command, order, name)
      })
  }
}
