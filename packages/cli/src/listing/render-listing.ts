import {
  type AlgorithmTerms,
  type Hex,
  isNumberLabel,
  type ListingId,
  leakBits,
  type MarketId,
  type Metadata,
  type NumberLabel,
  type Policy,
} from '@gristmill/protocol'
import type { Prices } from '@gristmill/sdk'
import { formatDuration, formatInstant } from '../duration.js'
import type { Money } from '../money.js'
import { fields } from '../output.js'
import { whoApproves } from '../policy/who-approves.js'
import { formatBytes } from '../progress.js'
import { priceText } from './listing-money.js'

const COLUMNS_SHOWN = 40

/** What a buyer sees of a listing, before it is published or after. */
export interface ListingPage {
  /** Absent before it is decided. */
  listing?: ListingId
  maker: string
  market: MarketId
  datatrust: number
  prices: Prices
  metadata: Metadata
  sizeBytes: number
  /** Absent before the content was uploaded. */
  contentRoot?: Hex
  policy?: Policy | undefined
  /** In place of a policy: it is an algorithm. */
  algorithmTerms?: AlgorithmTerms | undefined
  /** Most rows that could leave in one run. */
  rowsAtMost?: number | undefined
  /** When orders are taken, as a sentence. */
  opens: string
  /** Unix seconds; 0: not exiting. */
  exitAt: number
  /** What share holders do with it, as a sentence. */
  challenge?: string | undefined
  /** Shares that point at it. */
  signal?: string | undefined
}

/** The page of a listing: the same for who is about to publish it and for who is about to buy. */
export function renderListing(page: ListingPage, money: Money): string[] {
  const { metadata, prices, exitAt } = page
  const { files, rows, columns = [] } = metadata
  return [
    metadata.name,
    ...fields({
      listing: page.listing ?? 'decided when it is published',
      access: priceText(prices.access, money),
      compute: priceText(prices.compute, money),
      license: metadata.license,
      files: files.map(({ name, sizeBytes }) => `${name} (${formatBytes(sizeBytes)})`).join(', '),
      size: `${page.sizeBytes} bytes`,
      rows,
      columns: columnsText(columns),
      keywords: metadata.keywords?.join(', '),
      maker: page.maker,
      market: page.market,
      datatrust: page.datatrust,
      contentRoot: page.contentRoot ?? 'known once it is uploaded',
      creator: metadata.creator?.name,
      published: metadata.datePublished,
      sha256: metadata.checksums?.join(', '),
      statistics: statisticsText(columns),
      sample: metadata.sample === undefined ? undefined : `${metadata.sample.length} rows, see listing croissant`,
      opens: page.opens,
      challenge: page.challenge,
      signal: page.signal,
      exit: exitAt === 0 ? undefined : `no orders from ${formatInstant(exitAt)}`,
      ...policyFields(page),
      sells: algorithmText(page.algorithmTerms),
    }),
    // Indented, so that no line of it can be taken for one of the above.
    ...(metadata.description === '' ? [] : ['description', ...indented(metadata.description)]),
  ]
}

function columnsText(columns: readonly { name: string; type: string }[]): string {
  const shown = columns.slice(0, COLUMNS_SHOWN).map(({ name, type }) => `${name}: ${type}`)
  const more = columns.length - shown.length
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(', ')
}

function statisticsText(columns: NonNullable<ListingPage['metadata']['columns']>): string | undefined {
  const told = columns.slice(0, COLUMNS_SHOWN).flatMap(({ name, statistics }) => {
    if (statistics === undefined) return []
    const { min, max, mean, missing, distinct } = statistics
    const range = min === undefined ? '' : `${min} to ${max}, mean ${mean}, `
    return [`${name}: ${range}${distinct} distinct, ${missing} missing`]
  })
  return told.length === 0 ? undefined : told.join('; ')
}

function indented(text: string): string[] {
  return text.split(/\r\n|[\r\n\u2028\u2029]/).map((line) => `  ${line}`)
}

function algorithmText(terms: AlgorithmTerms | undefined): string | undefined {
  if (terms === undefined) return undefined
  const { digest, runtime, parameters } = terms.algorithm
  const ranges = Object.entries(parameters).map(([name, { min, max }]) => `${name} ${min}..${max}`)
  return ['an algorithm, by the run', digest, runtime, ...ranges].join(', ')
}

const rangeText = ({ minMicros, maxMicros }: NumberLabel) => `a number from ${minMicros / 1e6} to ${maxMicros / 1e6}`

/** What may run and what may leave, as the policy says. */
export function policyFields({ policy, rowsAtMost }: Pick<ListingPage, 'policy' | 'rowsAtMost'>) {
  if (policy === undefined) return {}
  const { artifact, metrics, budget, checks, release, table, algorithms } = policy
  const bits = leakBits(policy)
  const utility =
    checks.utility === undefined ? '' : `, only from a ${checks.utility.metric} of ${checks.utility.minMicros / 1e6} on`
  return {
    leaves: `in one run ${bits} bits: at most ${rowsAtMost ?? '?'} rows' worth; not "no data leaves"`,
    'in all': `${budget.bits} bits, ${Math.floor(budget.bits / bits)} runs; of one sponsor ${Math.floor(budget.bitsPerSponsor / bits)}`,
    model: `${policy.family}: ${artifact.tensors.map(({ name, shape, release: as }) => `${name}[${shape}] in ${as}`).join(', ')}${utility}`,
    metrics: metrics.map(({ name, digits }) => `${name} to ${digits} digits`).join(', '),
    predicts: `${table.label.name}: ${isNumberLabel(table.label) ? rangeText(table.label) : table.label.classes.join(' | ')}`,
    'not used': table.ignored.join(', '),
    'each run': `${whoApproves(release) ?? 'leaves by itself'}, at a multiple of ${formatDuration(release.slotSeconds)}`,
    ...Object.fromEntries(
      algorithms.map(({ digest, runtime, parameters }, index) => {
        const ranges = Object.entries(parameters).map(([name, { min, max }]) => `${name} ${min}..${max}`)
        return [
          algorithms.length === 1 ? 'algorithm' : `algorithm ${index + 1}`,
          [digest, runtime, ...ranges].join(', '),
        ]
      }),
    ),
  }
}
