import { type ListingId, leakBits, leakStatement, type MarketId, type Table } from '@gristmill/protocol'
import { sha256 } from 'ethers'
import type { Dataset } from './dataset.js'
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
}

/** The maker lists the whole CSV for download, and the records of four fifths of it for compute only. */
export async function publish(
  { clients }: Stage,
  market: MarketId,
  dataset: Dataset,
  transcript: Transcript,
): Promise<Published> {
  const { csv, name, title, rows, records, recordsSize, policy, table, ignored } = dataset
  const { listings } = clients.maker
  const common = { market, payment: 'permit' } as const
  const columns = columnsOf(table)
  const listed = await listings.publish({
    ...common,
    files: [{ name, sizeBytes: csv.length }],
    content: csv,
    metadata: { name: title, license: 'CC0-1.0', description: 'For download.', rows, columns },
    prices: { access: ACCESS_PRICE },
  })
  transcript.step('Publish', 'The maker uploads a CSV; the datatrust encrypts and attests it; the chain commits to it.')
  transcript.fact('dataset', `${name}: ${rows} rows, ${csv.length} bytes`)
  transcript.fact('listing', `${listed.listing}, download for ${money(ACCESS_PRICE)}`)
  transcript.fact('contentRoot', listed.contentRoot)

  const athome = await listings.publish({
    ...common,
    files: [{ name, sizeBytes: records.length }],
    content: records,
    metadata: { name: `${title}, to be learnt from`, license: 'CC0-1.0', rows: recordsSize.rows, columns },
    policy,
    prices: { compute: COMPUTE_PRICE },
  })
  const tensors = policy.artifact.tensors.map((tensor) => `${tensor.name}[${tensor.shape}]`).join(', ')
  transcript.fact('compute-only', `${athome.listing}, ${recordsSize.rows} rows, a run for ${money(COMPUTE_PRICE)}`)
  transcript.fact('policy', `one algorithm, ${tensors} in bf16, the maker approves each run`)
  transcript.fact('in one run', leakStatement(leakBits(policy), recordsSize))
  for (const column of ignored) transcript.fact('not used', `column "${column.name}": ${column.reason}`)
  return { access: listed.listing, accessSha256: sha256(csv), compute: athome.listing }
}

const columnsOf = ({ features, label }: Table) => [
  ...features.map(({ name, type }) => ({ name, type })),
  { name: label.name, type: 'category' as const },
]
