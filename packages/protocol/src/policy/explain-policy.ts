import { parametersIn } from './artifact.js'
import { costOf } from './cost.js'
import { explainJoint } from './explain-joint.js'
import { explainPrivacy } from './explain-privacy.js'
import { isNumberLabel } from './label.js'
import type { Policy } from './policy.js'
import type { ReleaseRule } from './release-rule.js'
import { rowsAtMost, type TableSize } from './rows-at-most.js'
import type { LabelColumn } from './table.js'

/** What may leave in one run, in all runs of one sponsor, and in all runs. */
export interface Bound {
  runs: number
  bits: number
  /** As many rows of average compressed size as the bits could hold, never more than there are; absent if no size is known. */
  rowsAtMost?: number
  /** 0 without a privacy mode. */
  epsilonMicros: number
}

/** What a listing tells of the size of its data. */
export interface ListedSize {
  rows?: number | undefined
  /** Most rows that could leave in one run. */
  rowsAtMost: number
}

/** A policy in plain words, for who signs it and for who buys under it. */
export interface PolicyExplanation {
  /** Of the data, if known. */
  rows?: number
  run: Bound
  sponsor: Bound
  all: Bound
  /** What may run. */
  algorithms: string[]
  /** What leaves, and what does not. */
  leaves: string[]
  /** How much that could tell, at worst. */
  tells: string[]
  /** What is checked before, and what each check does not stop. */
  checks: string[]
  /** Who decides, and when results leave. */
  release: string[]
  /** With what other listings a run may have it. */
  joint: string[]
}

/**
 * Says what a policy promises, and what it does not: for data that was measured, for that of a listing, or without a size in
 * bits alone.
 */
export function explainPolicy(policy: Policy, size?: TableSize | ListedSize): PolicyExplanation {
  const { budget } = policy
  const cost = costOf(policy)
  const boundOf = (bits: number, epsilonMicros: number | undefined): Bound => {
    const byBits = Math.floor(bits / cost.bits)
    const runs =
      cost.epsilonMicros === 0 ? byBits : Math.min(byBits, Math.floor((epsilonMicros ?? 0) / cost.epsilonMicros))
    return {
      runs,
      bits: runs * cost.bits,
      ...rowsIn(runs, cost.bits, size),
      epsilonMicros: runs * cost.epsilonMicros,
    }
  }
  const bounds = {
    ...(size?.rows === undefined ? {} : { rows: size.rows }),
    run: { runs: 1, ...cost, ...rowsIn(1, cost.bits, size) },
    sponsor: boundOf(budget.bitsPerSponsor, budget.epsilonMicrosPerSponsor ?? budget.epsilonMicros),
    all: boundOf(budget.bits, budget.epsilonMicros),
  }
  return {
    ...bounds,
    algorithms: explainAlgorithms(policy),
    leaves: explainLeaves(policy),
    tells: explainTells(policy, bounds),
    checks: explainChecks(policy),
    release: explainRelease(policy),
    joint: explainJoint(policy),
  }
}

/** Of a listing's data the bytes are not known: rounding up each run says at most a little more than rounding up their sum. */
function rowsIn(runs: number, bits: number, size: TableSize | ListedSize | undefined): Pick<Bound, 'rowsAtMost'> {
  if (size === undefined) return {}
  if ('compressedBytes' in size) return { rowsAtMost: rowsAtMost(runs * bits, size) }
  return { rowsAtMost: Math.min(runs * size.rowsAtMost, size.rows ?? Number.POSITIVE_INFINITY) }
}

function explainAlgorithms({ algorithms, table }: Policy): string[] {
  return [
    ...algorithms.map(({ digest, runtime, parameters }) => {
      const ranges = Object.entries(parameters).map(([name, { min, max }]) => `${name} from ${min} to ${max}`)
      return `The ${runtime} algorithm ${digest} may run, ${ranges.length === 0 ? 'without parameters' : `with ${ranges.join(', ')}`}.`
    }),
    `It sees the columns ${table.features.map(({ name }) => name).join(', ')} and ${labelText(table.label)}` +
      (table.ignored.length === 0 ? '.' : `, not ${table.ignored.join(', ')}.`),
  ]
}

const labelText = (label: LabelColumn) =>
  isNumberLabel(label)
    ? `${label.name}, a number from ${label.minMicros / 1e6} to ${label.maxMicros / 1e6}`
    : label.name

function explainLeaves({ family, artifact, metrics, failureClasses, maxBytes }: Policy): string[] {
  const tensors = artifact.tensors.map(
    ({ name, shape, release, range }) => `${name} [${shape.join(', ')}] in ${release} from ${range.join(' to ')}`,
  )
  const told = metrics.map(({ name, digits }) => `${name} to ${digits} digits`)
  return [
    `One model of the family ${family} with ${parametersIn(artifact)} values leaves: ${tensors.join('; ')}; at most ${maxBytes} bytes, written by the runner.`,
    ...(told.length === 0
      ? []
      : [`With it leaves ${told.join(', ')}, measured by the runner on rows no algorithm has seen.`]),
    `A run that fails tells one of ${failureClasses.length} words (${failureClasses.join(', ')}) and nothing else: no log, no duration, no reason.`,
  ]
}

function explainTells(
  policy: Policy,
  {
    rows,
    run,
    sponsor,
    all,
  }: Omit<PolicyExplanation, 'algorithms' | 'leaves' | 'tells' | 'checks' | 'release' | 'joint'>,
): string[] {
  const boundText = ({ rowsAtMost, bits }: Bound) =>
    rowsAtMost === undefined
      ? `at most ${bits} bits`
      : `at most ${rowsAtMost} ${rows === undefined ? '' : `of ${rows} `}rows (${bits} bits)`
  return [
    `One run could carry out ${boundText(run)}, whatever the algorithm does; this is not "no data leaves".`,
    `All ${all.runs} runs that the budget pays for could carry out ${boundText(all)}; the ${sponsor.runs} of one sponsor ${boundText(sponsor)}.`,
    'A run is charged before it starts, and stays charged when it fails.',
    'Rows of average compressed size are meant: of smaller ones more fit. The schema itself, with bounds, categories and classes, is public.',
    ...explainPrivacy(policy, { run: run.epsilonMicros, all: all.epsilonMicros, sponsor: sponsor.epsilonMicros }),
  ]
}

function explainChecks({ checks, table }: Policy): string[] {
  const { holdoutBps, dof, utility, membership, tree, scan } = checks
  return [
    `${holdoutBps / 100} % of the rows are held back from every algorithm, chosen by a secret of the runner.`,
    `There are at least ${dof.minRowsPerParam} training rows for every value of the model; this bounds how much of the data it can be, and does not stop it from being data.`,
    ...(utility === undefined
      ? []
      : [
          `Its ${utility.metric} is at least ${utility.minMicros / 1e6}; this does not stop rows that hide in a model that also works.`,
        ]),
    ...(membership === undefined
      ? []
      : [
          `At most ${membership.maxTprAt1FprBps / 100} % of the training rows are recognised at 1 % of false alarms, and ${isNumberLabel(table.label) ? `its R² is at most ${membership.maxGapBps / 10_000} higher` : `it is at most ${membership.maxGapBps / 100} points better`} on rows it has seen; this tests one attack, does not see stronger ones, and does not stop rows that are encoded in the values.`,
        ]),
    ...(tree === undefined
      ? []
      : [
          `Trees are at most ${tree.maxDepth} deep, and every leaf that says something speaks of at least ${tree.minLeaf} training rows; this does not stop rows that are encoded in thresholds.`,
        ]),
    ...(scan === undefined
      ? []
      : [
          `No ${scan.window} bytes in a row of the data's file stand in the model (${['plain', ...scan.decoders].join(', ')}), nor ${scan.numericRowRun} numbers of a row side by side; this is a net for the careless: whatever is scrambled passes.`,
        ]),
  ]
}

function explainRelease({ release }: Policy): string[] {
  return [
    ...explainAirlock(release),
    `Results leave only when Unix time is a multiple of ${release.slotSeconds} seconds, so that how long a run took tells little.`,
    'The rules bind the sponsor, not the datatrust: whoever runs it can read the data.',
  ]
}

function explainAirlock({ airlock, reviewers = [] }: ReleaseRule): string[] {
  if (airlock === 'auto') return ['Nobody looks at a model before it leaves.']
  if (airlock === 'owner') return ['The maker signs for every model before it leaves, or refuses it.']
  return [
    `Two different ones of ${reviewers.length} reviewers sign for every model before it leaves: ${reviewers.join(', ')}. One who refuses is enough to keep it.`,
    'Nobody reviews a run that they ordered themselves; that two accounts are two people, and read the same, nobody checks.',
    'Reviewers see the private log of every run: what they learn of the data there, no bit of the budget counts.',
  ]
}
