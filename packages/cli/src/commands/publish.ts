import { type Command, Option } from 'commander'
import type { Io } from '../io.js'

const collect = (value: string, before: string[] | undefined) => [...(before ?? []), value]

/** `publish`. */
export function addPublishCommand(program: Command, io: Io): void {
  program
    .command('publish')
    .description('list files for sale as data, for runs of algorithms, or both; shows the page before it signs')
    .argument('<files...>', 'what is listed; several files are sold together')
    .requiredOption('--license <id>', 'SPDX identifier, or a URL')
    .option('--access <amount>', 'price of the data, in whole tokens; without it the data is not for sale')
    .option('--compute <amount>', 'price of a run, in whole tokens; says what may leave with --label or --policy')
    .option('--name <text>', 'title (default: name of the file)')
    .option('--description <text>', 'what it is; public, for ever')
    .option('--description-file <file>', 'the same, from a file')
    .option('--keyword <word>', 'may be repeated', collect)
    .option('--creator <name>', 'person who made it; public')
    .option('--organization <name>', 'organization that made it; public')
    .option('--creator-url <url>', 'page of either')
    .option(
      '--statistics',
      'make public of every column what is missing and distinct, of numbers minimum, maximum, mean',
    )
    .option('--sample-rows <number>', 'make public that many rows, the first ones, as they are; up to 100')
    .option('--sample <file>', 'make public the rows of another CSV with the same columns instead')
    .option(
      '--checksums',
      'make public the sha256 of every file: Croissant asks for it, who guesses content confirms it by it',
    )
    .option('--fetch <url>', 'have the datatrust fetch the same bytes there, https, instead of sending them')
    .option('--market <market>', "default: the profile's, or the only one there is")
    .addOption(new Option('--from <source>', 'what pays the bond').choices(['wallet', 'vault']).default('wallet'))
    .option('--label <column>', 'linear models of this column may leave')
    .addOption(
      new Option('--label-type <type>', 'what it is; default: a number if it has many and nothing else').choices([
        'classes',
        'number',
      ]),
    )
    .option('--algorithm <file|sha256>', 'what may run; may be repeated', collect)
    .addOption(
      new Option('--runtime <runtime>', 'of the algorithms; default: by the end of their names').choices([
        'wasm',
        'js',
        'python',
      ]),
    )
    .option('--parameters <json>', 'ranges of their parameters: {"epochs":[1,20000]}')
    .option('--runs <number>', 'that may ever be (default: 10)')
    .option('--runs-per-sponsor <number>', 'that one sponsor may have (default: all)')
    .option('--slot <duration>', 'models leave at multiples of this only (default: 1h)')
    .addOption(new Option('--airlock <who>', 'who lets a model leave (default: owner, you)').choices(['owner', 'auto']))
    .option('--min-accuracy <share>', 'worse models do not leave, as 0.8')
    .option('--min-r2 <share>', 'of a number: models that explain less of its variance do not leave, as 0.3')
    .option('--policy <file>', 'JSON of a whole policy, instead of --label')
    .option('--as-algorithm', 'the file is what runs on the data of others, with --runtime and --parameters of its own')
    .option('--draft', 'show the page and end; nothing is uploaded or signed')
    .option('--again', 'list once more what was published by the same command before')
    .addHelpText(
      'after',
      '\nInterrupted? The same command again continues, and pays no second bond.\n' +
        '\nExamples:\n  gristmill publish table.csv --license CC0-1.0 --access 25 --draft\n' +
        '  gristmill publish table.csv --license CC0-1.0 --access 25 --statistics --sample-rows 5\n' +
        '  gristmill publish patients.csv --license LicenseRef-own --compute 40 --label outcome \\\n' +
        '    --algorithm train.wasm --parameters \'{"epochs":[1,20000]}\'\n' +
        '  gristmill publish train.wasm --license LicenseRef-own --compute 5 --as-algorithm --parameters \'{"epochs":[1,20000]}\'',
    )
    .action(async (files, options, command) => {
      const { publishFiles } = await import('../publish/publish-files.js')
      await publishFiles(io, command, files, options)
    })
}
