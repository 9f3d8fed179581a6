import { Argument, type Command } from 'commander'
import type { Io } from '../io.js'

/** `completion`. */
export function addCompletionCommand(program: Command, io: Io): void {
  program
    .command('completion')
    .description('print a script that completes commands, options and names of keys in your shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish', 'keys']))
    .addHelpText(
      'after',
      `
Examples:
  gristmill completion bash >> ~/.bashrc
  gristmill completion zsh > ~/.zfunc/_gristmill
  gristmill completion fish > ~/.config/fish/completions/gristmill.fish

The scripts ask "gristmill completion keys" for the names of keys.`,
    )
    .action(async (shell, _options, command) => {
      const { printCompletion } = await import('../completion/print-completion.js')
      await printCompletion(io, command, shell)
    })
}
