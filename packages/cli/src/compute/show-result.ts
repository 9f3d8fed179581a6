import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  type BudgetDocument,
  bitsIn,
  type ListingId,
  leakBits,
  type Metric,
  type OrderId,
  type Policy,
  valuesIn,
} from '@gristmill/protocol'
import {
  type Evaluation,
  evaluate,
  histogramOf,
  isHistogram,
  type Model,
  onnxOf,
  readSafetensors,
} from '@gristmill/runner'
import type { Command } from 'commander'
import { ArgumentError, FileError } from '../argument-errors.js'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { NoComputeError } from '../listing/listing-errors.js'
import { requireFree } from '../order/write-asset.js'
import { fields, note, printResult } from '../output.js'
import { digestOf } from '../policy/allowed-algorithm.js'
import { readPolicy } from '../policy/read-policy.js'
import { readBounded } from '../read-bounded.js'
import { openSession } from '../session.js'
import { significant } from '../significant.js'
import { NotOfOrderError } from './compute-errors.js'
import { histogramLines } from './histogram-lines.js'
import { metricFields } from './metric-fields.js'

export interface ResultOptions {
  order?: string
  listing?: string
  policy?: string
  evaluate?: string
  onnx?: string
}

/** Why a histogram can neither be judged by rows nor be written as ONNX. */
const NO_FUNCTION =
  'a histogram is counts: it says nothing of a row, so there is nothing to judge it by and nothing that ONNX could compute. Leave it out, the counts are shown.'

/** Largest model that is read. */
const MODEL_BYTES_MAX = 64 * 1_048_576

/** Shows a model, how good it is, what it cost and what is left; writes its ONNX view. */
export async function showResult(io: Io, command: Command, file: string, options: ResultOptions): Promise<void> {
  const onnx = options.onnx === undefined ? undefined : resolve(io.cwd, options.onnx)
  if (onnx !== undefined) requireFree(onnx)
  const bytes = await readBounded(resolve(io.cwd, file), MODEL_BYTES_MAX)
  const model = readSafetensors(bytes)
  const found = await contextOf(io, command, digestOf(bytes), options)
  const { policy, metrics, budget } = found
  for (const name of ['evaluate', 'onnx'] as const) {
    if (options[name] === undefined || policy !== undefined) continue
    throw new ArgumentError(`--${name}`, "needs the columns: name the model's order, its listing or its policy, too.")
  }
  const isCounts = isHistogram(model)
  for (const name of ['evaluate', 'onnx'] as const) {
    if (isCounts && options[name] !== undefined) throw new ArgumentError(`--${name}`, NO_FUNCTION)
  }
  const histogram = isCounts && policy !== undefined ? histogramOf(model, policy.table) : undefined
  const evaluation =
    policy === undefined || options.evaluate === undefined
      ? undefined
      : await evaluateOn(io, { model, policy, file: options.evaluate })
  if (policy !== undefined && onnx !== undefined) await write(onnx, onnxOf(model, policy.table))
  const tensors = model.tensors.map(({ name, shape, release }) => ({ name, shape, release }))
  const bits = policy === undefined ? undefined : leakBits(policy)
  const told = { sha256: digestOf(bytes), bits, metrics, evaluation, budget, onnx, histogram }
  const lines = fields(shownOf(model, found, { evaluation, onnx }))
  const counts = histogram === undefined || policy === undefined ? [] : histogramLines(io, histogram, policy)
  printResult(io, command, { tensors, family: policy?.family, ...told }, [...lines, ...counts])
  if (policy === undefined) note(io, 'Its metrics and what is left are known to its order: add --order ORDER.')
}

interface Found {
  policy?: Policy
  metrics?: readonly Metric[]
  budget?: BudgetDocument
}

/** What the order, the listing or a policy file tells about a model. */
async function contextOf(io: Io, command: Command, sha256: string, options: ResultOptions): Promise<Found> {
  const { order, listing: named, policy } = options
  if ([order, named, policy].filter((one) => one !== undefined).length > 1) {
    throw new ArgumentError(
      '--order',
      'names the listing and its policy already: name one of --order, --listing, --policy.',
    )
  }
  if (policy !== undefined) return { policy: await readPolicy(io, policy) }
  if (order === undefined && named === undefined) return {}
  await using session = await openSession(io, command)
  const { client } = session
  if (order === undefined) return await ofListing(session.client, parseId('--listing', named as string) as ListingId)
  const orderId = parseId('--order', order) as OrderId
  const { deal } = await client.orders.get({ orderId })
  const { receipt, metrics } = await client.orders.document({ orderId })
  if (receipt === undefined || receipt.releasedHash !== sha256) {
    throw new NotOfOrderError(orderId, sha256, receipt?.releasedHash)
  }
  return { ...(await ofListing(client, deal.listing)), ...(metrics === undefined ? {} : { metrics }) }
}

type Client = Awaited<ReturnType<typeof openSession>>['client']

async function ofListing(client: Client, listing: ListingId): Promise<Found> {
  const { policy } = (await client.listings.get({ listing })).document
  if (policy === undefined) throw new NoComputeError(listing)
  return { policy, budget: await client.listings.budget({ listing }) }
}

async function evaluateOn(
  io: Io,
  { model, policy, file }: { model: Model; policy: Policy; file: string },
): Promise<Evaluation> {
  const path = resolve(io.cwd, file)
  try {
    return await evaluate({ model, table: policy.table, source: createReadStream(path) })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    throw new FileError(path, 'cannot be read: check path and permissions.', error)
  }
}

async function write(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(file, bytes, { flag: 'wx' })
  } catch (error) {
    throw new FileError(file, 'cannot be written: check path and permissions.', error)
  }
}

function shownOf(
  model: Model,
  { policy, metrics = [], budget }: Found,
  { evaluation, onnx }: { evaluation: Evaluation | undefined; onnx: string | undefined },
) {
  return {
    family: policy?.family,
    tensors: model.tensors.map(
      (tensor) => `${tensor.name} [${tensor.shape.join(', ')}] in ${tensor.release}, ${valuesIn(tensor)} values`,
    ),
    carries: `${bitsIn(model)} bits`,
    ...metricFields(metrics, policy?.table.label),
    'on your rows': evaluation === undefined ? undefined : evaluationText(evaluation),
    spent: policy === undefined ? undefined : `${leakBits(policy)} bits by this run`,
    'left to you': budget === undefined ? undefined : leftText(budget, 'sponsorLeft'),
    'left in all': budget === undefined ? undefined : leftText(budget, 'left'),
    onnx: isHistogram(model) ? 'none: a histogram is counts, and says nothing of a row that ONNX could compute' : onnx,
  }
}

function evaluationText(evaluation: Evaluation): string {
  if ('accuracy' in evaluation) {
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`
    const { rows, accuracy, majority } = evaluation
    return `${percent(accuracy)} of ${rows} right; ${percent(majority)} by the most frequent class`
  }
  const { rows, r2, rmse, mae } = evaluation
  const short = (value: number) => significant(value, 4)
  return `R² ${short(r2)} on ${rows} rows; off by ${short(mae)} on average, ${short(rmse)} by the root of the mean square`
}

function leftText({ run, ...budget }: BudgetDocument, of: 'left' | 'sponsorLeft'): string {
  const { bits, epsilonMicros } = budget[of]
  const runs = Math.min(
    Math.floor(bits / run.bits),
    run.epsilonMicros === 0 ? Number.POSITIVE_INFINITY : Math.floor(epsilonMicros / run.epsilonMicros),
  )
  return `${bits} bits${run.epsilonMicros === 0 ? '' : `, epsilon ${epsilonMicros / 1e6}`}: ${runs} runs`
}
