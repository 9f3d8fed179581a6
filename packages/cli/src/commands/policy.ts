import type { Airlock } from '@gristmill/protocol'
import type { LabelType } from '@gristmill/runner'
import { type Command, Option } from 'commander'
import type { Io } from '../io.js'
import type { PrivacyMode } from '../policy/privacy-answers.js'

/** As the protocol has them, which takes longer to load than a shell wants to wait. */
const AIRLOCKS: readonly Airlock[] = ['owner', 'auto', 'two-person']

const LABEL_TYPES: readonly LabelType[] = ['classes', 'number']

const MODES: readonly PrivacyMode[] = ['none', 'sample-aggregate', 'trusted-dp']

const collect = (value: string, before: string[] | undefined) => [...(before ?? []), value]

/** `policy init`, `policy explain`. */
export function addPolicyCommands(program: Command, io: Io): void {
  const policy = program.command('policy').description('what may leave your data: written, and said in plain words')
  policy
    .command('init')
    .description('ask a few questions and write a policy; says what could leave at worst')
    .requiredOption('--data <file>', 'CSV that it is for; is read, goes nowhere')
    .requiredOption('--out <file>', 'where the policy goes; must not exist')
    .option('--label <column>', 'that models predict (default: the last)')
    .addOption(
      new Option(
        '--label-type <type>',
        'what it is (default: a number if it has more than 16 different ones and nothing else, else classes)',
      ).choices(LABEL_TYPES),
    )
    .option(
      '--model <shape>',
      'linear, mlp:16, mlp:16x8, tree-ensemble:10x3, centroids:8 or histogram:8 (default: linear)',
    )
    .option(
      '--algorithm <file>',
      'what may run; may be repeated (default: the logistic or linear regression of compute init --js)',
      collect,
    )
    .option(
      '--algorithm-listing <listing>',
      'what it sells may run, within its ranges; may be repeated, beside --algorithm too',
      collect,
    )
    .option(
      '--trainer <name>',
      'with --privacy trusted-dp, what may run: dp-logistic-regression, dp-linear-regression or dp-histogram; may be repeated',
      collect,
    )
    .option(
      '--parameters <json>',
      'ranges of its parameters, {"epochs":[1,500]}; once for all algorithms, or once for each',
      collect,
    )
    .addOption(
      new Option(
        '--privacy <mode>',
        'noise, so that no single row matters (default: none); sample-aggregate runs any algorithm on parts of the rows',
      ).choices(MODES),
    )
    .option('--epsilon <number>', 'of one run, with a privacy mode: the smaller, the more noise (default: 1)')
    .option(
      '--clip <number>',
      'largest value of a model before the noise, or with trusted-dp length of a row (default: 1)',
    )
    .option('--blocks <count>', 'parts, with sample-aggregate (default: 30 rows each, at most 500)')
    .option(
      '--budget <amount>',
      'that may leave in all: "10 runs", "4790 bits", "30 rows" or "4 epsilon" (default: 10 runs)',
    )
    .option('--budget-per-sponsor <amount>', 'that may leave to one sponsor (default: all of it)')
    .addOption(
      new Option(
        '--airlock <who>',
        'who lets a model leave (default: owner, you; with reviewers: two-person, any two of them)',
      ).choices(AIRLOCKS),
    )
    .option('--reviewer <address>', 'account that reviews models, you or others; two or more, repeated', collect)
    .option('--slot <duration>', 'models leave at multiples of this only (default: 1h)')
    .addHelpText(
      'after',
      '\nWithout a terminal every answer is an option; --yes takes the defaults of the others.\n' +
        '\nExamples:\n  gristmill policy init --data patients.csv --out policy.json\n' +
        '  gristmill policy init --data patients.csv --out policy.json --label outcome --budget "20 rows" --yes\n' +
        '  gristmill policy init --data patients.csv --out policy.json --label days --label-type number --yes\n' +
        '  gristmill policy init --data patients.csv --out policy.json --privacy trusted-dp --epsilon 0.5 --budget "4 epsilon" --yes\n' +
        '  gristmill policy init --data patients.csv --out policy.json --algorithm-listing 0x… --yes\n' +
        '  gristmill policy init --data patients.csv --out policy.json --reviewer 0x… --reviewer 0x… --yes',
    )
    .action(async (options, command) => {
      const { initPolicy } = await import('../policy/init-policy.js')
      await initPolicy(io, command, options)
    })
  policy
    .command('explain')
    .description('what a policy lets out at worst, in plain words, bits and rows; and what its checks do not stop')
    .argument('<file>', 'a policy, or the id of a listing')
    .option('--data <file>', 'CSV that it is for: checks that it fits, and counts in rows of it')
    .addHelpText(
      'after',
      '\nExamples:\n  gristmill policy explain policy.json --data patients.csv\n  gristmill policy explain 0x…',
    )
    .action(async (named, options, command) => {
      const { showPolicyExplanation } = await import('../policy/explain-policy.js')
      await showPolicyExplanation(io, command, named, options)
    })
}
