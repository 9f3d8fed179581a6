import {
  type ListingId,
  leakBits,
  leakStatement,
  linearPolicy,
  type MarketId,
  type Policy,
  type Table,
} from '@gristmill/protocol'
import { type InferredTable, inferTable } from '@gristmill/runner'
import { allowedAlgorithm } from './algorithm.js'
import { type Dataset, type Split, splitRows } from './dataset.js'
import { DemoDataError } from './errors.js'
import type { Stage } from './stage.js'
import { money, type Transcript } from './transcript.js'

const ACCESS_PRICE = 25_000_000n
const COMPUTE_PRICE = 40_000_000n

export interface Published {
  /** For download. */
  access: ListingId
  accessSha256: string
  /** Compute-only: can never be bought for download. */
  compute: ListingId
  policy: Policy
  table: Table
  split: Split
}

/** The maker lists the whole CSV for download, and the records of four fifths of it for compute only. */
export async function publish(
  stage: Stage,
  market: MarketId,
  dataset: Dataset,
  transcript: Transcript,
): Promise<Published> {
  const { csv, name, title } = dataset
  const whole = await inferTable({ source: once(csv), ...labelOf(dataset) })
  const columns = columnsOf(whole.table)
  const { listings } = stage.clients.maker
  const listed = await listings.publish({
    market,
    files: [{ name, sizeBytes: csv.length }],
    content: csv,
    metadata: { name: title, license: 'CC0-1.0', description: 'For download.', rows: whole.size.rows, columns },
    prices: { access: ACCESS_PRICE },
    payment: 'permit',
  })
  transcript.step('Publish', 'The maker uploads a CSV; the datatrust encrypts and attests it; the chain commits to it.')
  transcript.fact('dataset', `${name}: ${whole.size.rows} rows, ${csv.length} bytes`)
  transcript.fact('listing', `${listed.listing}, download for ${money(ACCESS_PRICE)}`)
  transcript.fact('contentRoot', listed.contentRoot)

  const split = splitRows(csv)
  const { policy, size } = await policyFor(dataset, whole, split)
  const records = await listings.publish({
    market,
    files: [{ name, sizeBytes: split.records.length }],
    content: split.records,
    metadata: { name: `${title} (stays at home)`, license: 'CC0-1.0', rows: size.rows, columns },
    policy,
    prices: { compute: COMPUTE_PRICE },
    payment: 'permit',
  })
  transcript.fact('compute-only', `${records.listing}, ${size.rows} rows, a run for ${money(COMPUTE_PRICE)}`)
  transcript.fact(
    'policy',
    `${policy.artifact.tensors.map(({ name, shape }) => `${name}[${shape}]`).join(', ')} in bf16`,
  )
  transcript.fact('', `${leakStatement(leakBits(policy), size)} in one run`)
  return {
    access: listed.listing,
    accessSha256: listed.upload.sha256,
    compute: records.listing,
    policy,
    table: policy.table,
    split,
  }
}

async function policyFor(dataset: Dataset, whole: InferredTable, split: Split) {
  // The schema is of all rows, so that the rows the sponsor keeps fit it, too.
  const { size } = await inferTable({ source: once(split.records), ...labelOf(dataset) })
  const unseen = await inferTable({ source: once(split.unseen), ...labelOf(dataset) }).catch(() => undefined)
  if (unseen === undefined || size.rows + unseen.size.rows !== whole.size.rows)
    throw new DemoDataError(
      'The rows of this CSV cannot be divided: it needs at least a few rows of every class, one line each.',
      { details: { rows: whole.size.rows } },
    )
  const policy = linearPolicy({ table: whole.table, algorithms: [await allowedAlgorithm()], slotSeconds: 1 })
  return { policy, size }
}

const labelOf = ({ label }: Dataset) => (label === undefined ? {} : { label })

const columnsOf = ({ features, label }: Table) => [
  ...features.map(({ name, type }) => ({ name, type })),
  { name: label.name, type: 'category' as const },
]

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
