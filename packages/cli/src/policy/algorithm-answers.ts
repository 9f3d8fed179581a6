import {
  type AllowedAlgorithm,
  isNumberLabel,
  type LabelColumn,
  type ListingId,
  type ModelShape,
  type Privacy,
  TRAINERS,
  type Trainer,
  trainerDigest,
  trainerParameters,
} from '@gristmill/protocol'
import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import { parseId } from '../arguments.js'
import { LINEAR_SCRIPT } from '../compute/templates.js'
import type { Io } from '../io.js'
import { openReader } from '../session.js'
import { namedDigest, parseRanges, runtimeOf } from './allowed-algorithm.js'
import type { Answer } from './answer.js'

export interface AlgorithmOptions {
  algorithm?: string[]
  algorithmListing?: string[]
  trainer?: string[]
  parameters?: string[]
}

export interface AskAlgorithmsParams {
  answer: Answer
  options: AlgorithmOptions
  privacy: Privacy
  model: ModelShape
  /** What models predict. */
  label: LabelColumn
}

/** Most that a parameter of a trainer may be, in millionths, where a maker says nothing of it. */
const TRAINER_PARAMETER_MAX = 1_000_000

/** What may run: files, what listings sell, or with the mode trusted-dp trainers. */
export async function askAlgorithms(
  io: Io,
  command: Command,
  params: AskAlgorithmsParams,
): Promise<AllowedAlgorithm[]> {
  const { answer, options, privacy } = params
  if (privacy.mode === 'trusted-dp') return askTrainers(params)
  if (options.trainer !== undefined)
    throw new ArgumentError('--trainer', 'goes with --privacy trusted-dp: its noise is what that mode trusts.')
  const listed = await Promise.all((options.algorithmListing ?? []).map((id) => soldBy(io, command, id)))
  if (options.algorithm === undefined && listed.length > 0) return narrowed(listed, options.parameters)
  // A default that the model's family can use; of another family a maker has to name one.
  const { family } = params.model
  const [file, ranges] = family === 'linear' ? [LINEAR_SCRIPT.file, LINEAR_SCRIPT.ranges] : ['', '{}']
  const files =
    options.algorithm ??
    (await answer('--algorithm', 'What may run: files, by commas', undefined, file))
      .split(',')
      .map((name) => name.trim())
  if (files.includes('')) throw new ArgumentError('--algorithm', `is needed for models of the family ${family}.`)
  const parameters = options.parameters ?? [
    await answer('--parameters', 'Its parameters, each with its range', undefined, files[0] === file ? ranges : '{}'),
  ]
  if (parameters.length > 1 && parameters.length !== files.length) {
    throw new ArgumentError('--parameters', `is given ${parameters.length} times: once for all, or once for each file.`)
  }
  const named = await Promise.all(
    files.map((text, index) => inFile(io, text, parameters[index] ?? parameters[0] ?? '{}')),
  )
  return [...named, ...listed]
}

async function inFile(io: Io, text: string, ranges: string): Promise<AllowedAlgorithm> {
  if (!/\.(wasm|js|py)$/.test(text))
    throw new ArgumentError('--algorithm', `${text}: name a file that ends in .wasm, .js or .py.`)
  return { digest: await namedDigest(io, text), runtime: runtimeOf(text), parameters: parseRanges(ranges) }
}

/** The algorithm that a listing sells, with the ranges of its terms. */
async function soldBy(io: Io, command: Command, id: string): Promise<AllowedAlgorithm> {
  const listing = parseId('--algorithm-listing', id) as ListingId
  await using reader = await openReader(io, command)
  const { algorithmTerms } = (await reader.client.listings.get({ listing })).document
  if (algorithmTerms === undefined)
    throw new ArgumentError('--algorithm-listing', `${listing} sells no algorithm: name a listing that does.`)
  return algorithmTerms.algorithm
}

/** Narrower ranges than those of the listing's terms, which bind every run of it too. */
function narrowed(listed: readonly AllowedAlgorithm[], parameters: readonly string[] | undefined): AllowedAlgorithm[] {
  if (parameters === undefined) return [...listed]
  const [first, another] = listed as [AllowedAlgorithm, AllowedAlgorithm?]
  if (another !== undefined || parameters.length > 1)
    throw new ArgumentError('--parameters', 'narrows what one listing sells: leave it out, its terms have ranges.')
  const ranges = parseRanges(parameters[0] as string)
  for (const [name, { min, max }] of Object.entries(ranges)) {
    const sold = Object.hasOwn(first.parameters, name) ? first.parameters[name] : undefined
    if (sold !== undefined && min >= sold.min && max <= sold.max) continue
    const expected = sold === undefined ? 'has no such parameter' : `takes it from ${sold.min} to ${sold.max}`
    throw new ArgumentError('--parameters', `${name} from ${min} to ${max}: the listing ${expected}.`)
  }
  return [{ ...first, parameters: { ...first.parameters, ...ranges } }]
}

async function askTrainers({ answer, options, model, label }: AskAlgorithmsParams): Promise<AllowedAlgorithm[]> {
  const { algorithm, algorithmListing, parameters = [] } = options
  for (const [flag, given] of Object.entries({ '--algorithm': algorithm, '--algorithm-listing': algorithmListing })) {
    if (given !== undefined)
      throw new ArgumentError(flag, 'cannot run with --privacy trusted-dp: only trainers do; name one with --trainer.')
  }
  const fallback = trainerFor(model, label)
  const named =
    options.trainer ??
    (await answer('--trainer', `Trainers that may run, by commas: ${TRAINERS.join(', ')}`, undefined, fallback))
      .split(',')
      .map((name) => name.trim())
  if (parameters.length > 1 && parameters.length !== named.length) {
    throw new ArgumentError('--parameters', `is given ${parameters.length} times: once for all, or once for each.`)
  }
  return named.map((name, index) => {
    const trainer = TRAINERS.find((known) => known === name)
    if (trainer === undefined) throw new ArgumentError('--trainer', `is one of ${TRAINERS.join(', ')}, not "${name}".`)
    const given = parameters[index] ?? parameters[0]
    return {
      digest: trainerDigest(trainer),
      runtime: 'trainer' as const,
      parameters: given === undefined ? widest(trainer) : parseRanges(given),
    }
  })
}

function trainerFor({ family }: ModelShape, label: LabelColumn): Trainer {
  if (family === 'histogram') return 'dp-histogram'
  return isNumberLabel(label) ? 'dp-linear-regression' : 'dp-logistic-regression'
}

/** Every value that a trainer takes: none of them changes what a run tells of a row. */
function widest(trainer: Trainer): AllowedAlgorithm['parameters'] {
  return Object.fromEntries(
    Object.entries(trainerParameters(trainer)).map(([name, min]) => [name, { min, max: TRAINER_PARAMETER_MAX }]),
  )
}
