import type { Command } from 'commander'
import type { Io } from '../io.js'

/** `deploy`. */
export function addDeployCommand(program: Command, io: Io): void {
  program
    .command('deploy')
    .description('deploy the contracts on the chain of --rpc; whenever it is interrupted, give the same command again')
    .option('--out <folder>', 'where CHAINID.json goes, with what verifies the source', 'deployments')
    .option('--confirmations <blocks>', 'that the last contract must have, its own block included', '1')
    .option('--anew', 'give up an unfinished deployment; its contracts stay on the chain, unused')
    .addHelpText(
      'after',
      '\nOne transaction a contract, from one account, which should send nothing else meanwhile. Any EVM chain with the hardfork Cancun.' +
        '\n\nExamples:\n  gristmill deploy --rpc https://rpc.example --as deployer' +
        '\n  gristmill deploy --rpc https://rpc.example --as deployer --dry-run' +
        '\n  gristmill init --deployment deployments/CHAINID.json --rpc https://rpc.example',
    )
    .action(async (options, command) => {
      const { deploy } = await import('../deploy/deploy.js')
      await deploy(io, command, options)
    })
}
