import type { Trainer } from '@gristmill/protocol'
import { type Command, Option } from 'commander'
import type { Io } from '../io.js'

/** As `TRAINERS` of the protocol, which takes longer to load than a shell wants to wait. */
const TRAINERS: readonly Trainer[] = ['dp-logistic-regression', 'dp-linear-regression', 'dp-histogram']

/** Commander's options are changed by what they are added to. */
const trainerOption = (instead: string) =>
  new Option('--trainer <name>', `${instead}, a program of the datatrust's runner that adds noise`).choices(TRAINERS)

/** `compute init`, `compute test`, `compute run`, `compute result`. */
export function addComputeCommands(program: Command, io: Io): void {
  const compute = program.command('compute').description('run algorithms on data that stays where it is')
  compute
    .command('init')
    .description('make a project: an algorithm that trains at once, a policy, and mock data of its public schema')
    .argument('<directory>')
    .option('--assemblyscript', 'for WebAssembly; asc compiles it')
    .option('--js', 'a script')
    .option('--python', 'a program, with scikit-learn')
    .option('--listing <listing>', 'whose policy is meant')
    .option('--policy <file>', 'the policy that is meant (default: a small one of no data)')
    .addHelpText(
      'after',
      '\nMock data is made of column bounds, categories and classes alone: it tells nothing about the real data.\n' +
        '\nExamples:\n  gristmill compute init forest --python --policy policy.json\n' +
        '  gristmill compute init mine --js --listing 0x…',
    )
    .action(async (directory, options, command) => {
      const { initProject } = await import('../compute/init-project.js')
      await initProject(io, command, directory, options)
    })
  compute
    .command('test')
    .description(
      "run a project's algorithm here, under the executor and the gate of a datatrust; says what would be refused",
    )
    .argument('[directory]', 'of the project', '.')
    .option('--data <file>', "CSV of one's own instead of the mock data")
    .option('--parameters <json>', "integers by name (default: the project's)")
    .option('--algorithm <file>', "instead of the project's")
    .addOption(trainerOption("instead of the project's algorithm"))
    .option('--policy <file>', "instead of the project's")
    .option('--out <file>', 'keep the model, if it would leave; must not exist')
    .addHelpText(
      'after',
      '\nShows what the algorithm prints: console.log of scripts, print of Python. On the data of a maker nothing of it leaves:\n' +
        'there a sponsor gets the model and its metrics, or one word for why there is none.\n' +
        '\nExamples:\n  gristmill compute test\n' +
        '  gristmill compute test mine --data my.csv --parameters \'{"epochs":50,"l2Micros":100}\'\n' +
        '  gristmill compute test mine --trainer dp-histogram --parameters {}',
    )
    .action(async (directory, options, command) => {
      const { testProject } = await import('../compute/test-project.js')
      await testProject(io, command, directory, options)
    })
  compute
    .command('run')
    .description('order a run of an algorithm on a listing, or on several of one policy together; a model comes back')
    .argument('<listings...>', 'whose rows are run on; all at one datatrust')
    .option('--algorithm <file>', 'WebAssembly module or script')
    .addOption(trainerOption('instead of an algorithm'))
    .option('--algorithm-listing <listing>', 'the algorithm that is sold there; its maker is paid, too')
    .option('--parameters <json>', 'integers by name', '{}')
    .requiredOption('--out <file>', 'where the model goes; must not exist')
    .option('--max-price <amount>', 'order nothing above this price, of all orders together, in whole tokens')
    .addOption(new Option('--from <source>', 'what pays').choices(['wallet', 'vault']).default('wallet'))
    .option('--timeout <seconds>', 'how long to wait for the model', '3600')
    .option('--again', 'order once more a run that was ordered and brings its model')
    .addHelpText(
      'after',
      '\nInterrupted? The same command again goes on with the orders that are paid.\n' +
        '\nExamples:\n  gristmill compute run 0x… --algorithm train.wasm --parameters \'{"epochs":20}\' --out model.safetensors\n' +
        '  gristmill compute run 0x… --trainer dp-linear-regression --parameters \'{"lambdaMicros":1000}\' --out model.safetensors\n' +
        '  gristmill compute run 0x… 0x… --algorithm-listing 0x… --parameters \'{"epochs":20}\' --out model.safetensors',
    )
    .action(async (listings, options, command) => {
      const { runCompute } = await import('../compute/run-compute.js')
      await runCompute(io, command, listings, options)
    })
  compute
    .command('result')
    .description('what a model is, how good it is, what it cost, and what is left to order; writes its ONNX view')
    .argument('<file>', 'the model, as compute run wrote it')
    .option('--order <order>', 'that brought it: checks that, and tells its metrics and what is left')
    .option('--listing <listing>', 'that it was trained on: tells what is left')
    .option('--policy <file>', 'that it was trained under, without asking anybody')
    .option('--evaluate <file>', "CSV of one's own, label included, to judge it by")
    .option('--onnx <file>', 'write it as ONNX, too; must not exist')
    .addHelpText(
      'after',
      '\nONNX computes in 32 bits: rows on a boundary may end on its other side. It takes rows as models see them.\n' +
        '\nExamples:\n  gristmill compute result model.safetensors --order 0x…\n' +
        '  gristmill compute result model.safetensors --policy policy.json --evaluate own.csv --onnx model.onnx',
    )
    .action(async (file, options, command) => {
      const { showResult } = await import('../compute/show-result.js')
      await showResult(io, command, file, options)
    })
}
