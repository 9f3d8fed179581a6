import { type Command, Option } from 'commander'
import type { Io } from '../io.js'

/** `compute run`. */
export function addComputeCommands(program: Command, io: Io): void {
  program
    .command('compute')
    .description('run algorithms on data that stays where it is')
    .command('run')
    .description('order a run of an algorithm on a listing; a model comes back')
    .argument('<listing>')
    .requiredOption('--algorithm <file>', 'WebAssembly module or script')
    .option('--parameters <json>', 'integers by name', '{}')
    .requiredOption('--out <file>', 'where the model goes; must not exist')
    .option('--max-price <amount>', 'order nothing above this price, in whole tokens')
    .addOption(new Option('--from <source>', 'what pays').choices(['wallet', 'vault']).default('wallet'))
    .option('--timeout <seconds>', 'how long to wait for the model', '3600')
    .option('--again', 'order once more a run that was ordered and brings its model')
    .addHelpText(
      'after',
      '\nInterrupted? The same command again goes on with the order that is paid.\n' +
        '\nExample:\n  gristmill compute run 0x… --algorithm train.wasm --parameters \'{"epochs":20}\' --out model.safetensors',
    )
    .action(async (listing, options, command) => {
      const { runCompute } = await import('../compute/run-compute.js')
      await runCompute(io, command, listing, options)
    })
}
