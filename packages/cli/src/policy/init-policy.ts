import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AIRLOCKS, type Airlock, addressSchema, explainPolicy, type LabelColumn } from '@gristmill/protocol'
import { describeTable, inspectTable, type LabelType } from '@gristmill/runner'
import type { Command } from 'commander'
import { ArgumentError, FileError } from '../argument-errors.js'
import type { Io } from '../io.js'
import { requireFree } from '../order/write-asset.js'
import { note, printResult } from '../output.js'
import { endDryRun } from '../plan/end-dry-run.js'
import { type Asset, openAsset, watchAsset } from '../publish/asset.js'
import { type AlgorithmOptions, askAlgorithms } from './algorithm-answers.js'
import { type Answer, asker } from './answer.js'
import { inferLabel } from './infer-label.js'
import { type PolicyAnswers, parseModel, policyOfAnswers } from './policy-answers.js'
import { askPrivacy, type PrivacyOptions } from './privacy-answers.js'
import { explanationLines } from './show-explanation.js'
import { tableBytesMax } from './table-bytes-max.js'

export interface InitPolicyOptions extends AlgorithmOptions, PrivacyOptions {
  data: string
  out: string
  label?: string
  labelType?: LabelType
  model?: string
  budget?: string
  budgetPerSponsor?: string
  airlock?: Airlock
  reviewer?: string[]
  slot?: string
}

interface AskParams {
  answer: Answer
  options: InitPolicyOptions
  rows: number
  label: LabelColumn
}

/** Asks what a policy needs, writes it, and says what it promises. */
export async function initPolicy(io: Io, command: Command, options: InitPolicyOptions): Promise<void> {
  const out = resolve(io.cwd, options.out)
  requireFree(out)
  const asset = await openAsset(io, [options.data])
  const answer = asker(io, command)
  const { columns } = await describeTable({ source: watchAsset(io, asset, 'Reads the table') })
  note(io, `Columns: ${columns.map(({ name, type }) => `${name} (${type})`).join(', ')}`)
  const label = await answer('--label', 'Column that models predict', options.label, columns.at(-1)?.name ?? '')
  const isNumeric = columns.find(({ name }) => name === label)?.type === 'number'
  const inferred = await inferLabel(io, asset, { answer, label, labelType: options.labelType, isNumeric })
  for (const { name, reason } of inferred.ignored) note(io, `Column ${name} is used by no algorithm: ${reason}.`)
  const { rows } = inferred.size
  const { label: column } = inferred.table
  const policy = policyOfAnswers(inferred, await askRest(io, command, { answer, options, rows, label: column }))
  const size = await inspect(io, asset, policy)
  endDryRun(io, command, `Write a policy of the family ${policy.family} to ${options.out}`)
  await writeNew(out, `${JSON.stringify(policy, undefined, 2)}\n`)
  const explanation = explainPolicy(policy, size)
  printResult(io, command, { file: out, policy, explanation }, [
    `policy  ${out}`,
    '',
    ...explanationLines(io, explanation),
  ])
  note(io, `Next: gristmill publish ${options.data} --license ID --compute PRICE --policy ${options.out}`)
}

async function askRest(io: Io, command: Command, { answer, options, rows, label }: AskParams): Promise<PolicyAnswers> {
  const privacy = await askPrivacy(answer, options, rows)
  const model = parseModel(
    await answer(
      '--model',
      'Models that leave: linear, mlp:16, tree-ensemble:10x3 (trees x depth), centroids:8' +
        (privacy.mode === 'trusted-dp' ? ', histogram:8 (bins of a number)' : ''),
      options.model,
      options.trainer?.includes('dp-histogram') ? 'histogram:8' : 'linear',
    ),
  )
  const algorithms = await askAlgorithms(io, command, { answer, options, privacy, model, label })
  const budget = await answer(
    '--budget',
    `How much may leave in all, for ever: runs, bits${privacy.mode === 'none' ? ' or rows' : ', rows or epsilon'}`,
    options.budget,
    '10 runs',
  )
  const sponsorBudget = await answer('--budget-per-sponsor', 'To one sponsor', options.budgetPerSponsor, budget)
  const airlock = await answer(
    '--airlock',
    'Who lets a model leave: owner (you), two-person or auto',
    options.airlock,
    options.reviewer === undefined ? 'owner' : 'two-person',
  )
  if (!isAirlock(airlock)) throw new ArgumentError('--airlock', `is one of ${AIRLOCKS.join(', ')}, not ${airlock}.`)
  const reviewers = await reviewersOf(answer, options, airlock)
  const slot = await answer('--slot', 'Models leave at multiples of', options.slot, '1h')
  return { model, privacy, algorithms, budget, sponsorBudget, airlock, reviewers, slot }
}

const isAirlock = (text: string): text is Airlock => (AIRLOCKS as readonly string[]).includes(text)

/** Accounts of those who review: asked for where two have to agree. */
async function reviewersOf(answer: Answer, { reviewer }: InitPolicyOptions, airlock: Airlock) {
  if (reviewer === undefined && airlock !== 'two-person') return undefined
  const named = reviewer ?? (await answer('--reviewer', 'Accounts that review, by commas', undefined, '')).split(',')
  return named.map((text) => {
    const address = addressSchema.safeParse(text.trim())
    if (address.success) return address.data
    throw new ArgumentError('--reviewer', `"${text.trim()}" is no account: name two or more addresses, 0x….`)
  })
}

function inspect(io: Io, asset: Asset, policy: Parameters<typeof inspectTable>[0]['policy']) {
  const source = watchAsset(io, asset, 'Checks the table')
  return inspectTable({ source, policy, encodedBytesMax: tableBytesMax(policy) })
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' })
  } catch (error) {
    throw new FileError(file, 'cannot be written: check path and permissions, or name another file with --out.', error)
  }
}
