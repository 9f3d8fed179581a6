import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  type AlgorithmTerms,
  algorithmTermsHash,
  isProtocolError,
  type ListingId,
  listingIdOf,
  type MarketId,
  type Metadata,
  metadataSchema,
  policyHash,
  type ToldBefore,
  toWire,
} from '@gristmill/protocol'
import type { Market, Prices } from '@gristmill/sdk'
import type { Command } from 'commander'
import { ArgumentError, FileError } from '../argument-errors.js'
import { formatDuration, formatInstant } from '../duration.js'
import { type Io, leaveWord } from '../io.js'
import { priceText } from '../listing/listing-money.js'
import { type ListingPage, renderListing } from '../listing/render-listing.js'
import { marketOf } from '../market/market-of.js'
import { type Money, moneyOf } from '../money.js'
import { fields, note, printResult, warn } from '../output.js'
import { planPayment, type Source } from '../payment.js'
import { loadProfile } from '../profile.js'
import { step } from '../progress.js'
import { openSession, type Session } from '../session.js'
import { type AlgorithmOptions, algorithmTermsOf } from './algorithm-terms-of.js'
import { type Asset, openAsset } from './asset.js'
import { type DisclosureOptions, describeAsset, disclosureOf } from './describe-asset.js'
import { type DraftFile, findDraft, keepDraft, renewDraft } from './draft.js'
import { type PolicyOfData, type PolicyOptions, policyOf } from './policy-of.js'
import { uploadAsset } from './upload-asset.js'

const PUBLISH_GAS = 320_000n

/** How long the datatrust is waited for after the listing is in a block. */
const SHOWN_TRIES = 40
const SHOWN_AFTER_MS = 250

export interface PublishOptions extends PolicyOptions, AlgorithmOptions, DisclosureOptions {
  creator?: string
  creatorUrl?: string
  organization?: string
  name?: string
  description?: string
  descriptionFile?: string
  license: string
  keyword?: string[]
  market?: string
  fetch?: string
  access?: string
  compute?: string
  from: Source
  draft?: true
  again?: true
}

/** Everything that is decided before anything is sent. */
interface Publication {
  session: Session
  asset: Asset
  market: Market
  money: Money
  prices: Prices
  metadata: Metadata
  allowed: PolicyOfData | undefined
  /** In place of a policy, of what is no data. */
  algorithmTerms: AlgorithmTerms | undefined
  datatrust: number
  /** Whence the datatrust takes the asset, instead of from here. */
  fetchUrl: string | undefined
}

export async function publishFiles(
  io: Io,
  command: Command,
  names: readonly string[],
  options: PublishOptions,
): Promise<void> {
  const asset = await openAsset(io, names)
  await using session = await openSession(io, command)
  const publication = await prepare(io, session, asset, options)
  const { directory } = await loadProfile(io, command)
  let draft = await findDraft(directory, identityOf(publication))
  const before = draft.isOld ? await published(session, listingOf(publication, draft)) : undefined
  if (before !== undefined && options.again !== true && options.draft !== true) {
    sayPublished(io, command, publication, draft, before.activeFrom)
    return
  }
  const described = pageOf(publication, draft)
  if (options.draft === true) {
    // Of a draft that is not kept, the id is not the one to come.
    const { listing, ...words } = described
    const preview = renderListing(draft.isOld ? described : words, publication.money)
    printResult(io, command, draftDocument(publication), preview)
    note(io, `Becomes public: ${disclosureOf(publication.metadata)}.`)
    note(io, 'Nothing was uploaded or signed: leave --draft out to publish this page.')
    return
  }
  const page = renderListing(described, publication.money)
  if (draft.isOld && before === undefined) note(io, 'Continues the publication that was interrupted.')
  note(io, '\nThe page that buyers will see:\n')
  for (const line of page) note(io, `  ${line}`)
  await publish(
    io,
    command,
    publication,
    options.from,
    async () => {
      if (before !== undefined) draft = await renewDraft(draft)
      return { ...draft, draft: await keepDraft(draft) }
    },
    draft,
  )
}

async function prepare(io: Io, session: Session, asset: Asset, options: PublishOptions): Promise<Publication> {
  const { client } = session
  const market = await client.markets.get({ market: await marketOf(session, options.market) })
  const money = await moneyOf(client, market.asset)
  const prices = pricesOf(options, money)
  const card = await client.datatrusts.card()
  if (asset.sizeBytes > card.maxAssetBytes) {
    throw new ArgumentError(
      'file',
      `${asset.sizeBytes} bytes are more than the ${card.maxAssetBytes} that the datatrust takes.`,
    )
  }
  const described = await describeAsset(io, asset, options)
  const algorithmTerms = await algorithmTermsOf(io, asset, options)
  const allowed = algorithmTerms === undefined ? await policyOf(io, asset, options) : undefined
  const isForRuns = allowed !== undefined || algorithmTerms !== undefined
  if (prices.compute !== undefined && !isForRuns) {
    throw new ArgumentError(
      '--compute',
      'needs to say what may leave: add --label and --algorithm, or --policy; of an algorithm --as-algorithm.',
    )
  }
  if (prices.access !== undefined && allowed !== undefined && allowed.policy.privacy.mode !== 'none') {
    throw new ArgumentError(
      '--access',
      `sells the rows as they are, and the policy promises each row an epsilon (${allowed.policy.privacy.mode}). Take one of the two out.`,
    )
  }
  if (prices.compute === undefined && isForRuns) {
    throw new ArgumentError('--compute', 'is missing: a policy or an algorithm is for runs, which need a price.')
  }
  const metadata = metadataOf({
    version: 1,
    name: options.name ?? asset.files[0]?.name,
    description: await descriptionOf(io, options),
    license: options.license,
    ...creatorOf(options),
    datePublished: new Date().toISOString().slice(0, 10),
    files: asset.files,
    ...described,
    ...(options.keyword === undefined ? {} : { keywords: options.keyword }),
  })
  await warnOfDatatrust(io, session, market, money, card.datatrust)
  const { fetch: fetchUrl } = options
  const { datatrust } = card
  return { session, asset, market, money, prices, metadata, allowed, algorithmTerms, datatrust, fetchUrl }
}

function pricesOf({ access, compute }: PublishOptions, money: Money): Prices {
  if (access === undefined && compute === undefined) {
    throw new ArgumentError('--access', 'nor --compute is given: name what the data, or a run on it, costs.')
  }
  return {
    ...(access === undefined ? {} : { access: money.parse('--access', access) }),
    ...(compute === undefined ? {} : { compute: money.parse('--compute', compute) }),
  }
}

function creatorOf({ creator, creatorUrl, organization }: PublishOptions): Pick<Metadata, 'creator'> {
  if (creator !== undefined && organization !== undefined) {
    throw new ArgumentError('--creator', 'and --organization name two makers: keep one.')
  }
  const name = creator ?? organization
  if (name === undefined) {
    if (creatorUrl !== undefined) throw new ArgumentError('--creator-url', 'needs --creator or --organization.')
    return {}
  }
  const kind = creator === undefined ? 'organization' : 'person'
  return { creator: { kind, name, ...(creatorUrl === undefined ? {} : { url: creatorUrl }) } }
}

async function descriptionOf(io: Io, { description, descriptionFile }: PublishOptions): Promise<string> {
  if (descriptionFile === undefined) return description ?? ''
  if (description !== undefined) throw new ArgumentError('--description', 'and --description-file say the same.')
  const file = resolve(io.cwd, descriptionFile)
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new FileError(file, 'cannot be read: check path and permissions.', error)
  }
}

function metadataOf(written: unknown): Metadata {
  const parsed = metadataSchema.safeParse(written)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new ArgumentError(`--${String(issue?.path[0] ?? 'name')}`, `${issue?.path.join('.')}: ${issue?.message}.`)
}

async function warnOfDatatrust(
  io: Io,
  { client }: Session,
  { asset, config }: Market,
  money: Money,
  datatrust: number,
): Promise<void> {
  const registered = await client.datatrusts.get({ datatrust })
  if (registered.asset.toLowerCase() !== asset.toLowerCase()) {
    warn(io, `datatrust ${datatrust} has its bond in another token than this market: no order can be placed here.`)
  } else if (registered.bond < config.minBond) {
    const { bond } = registered
    warn(
      io,
      `datatrust ${datatrust} has a bond of ${money.format(bond)}, the market asks ${money.format(config.minBond)}: until it bonds more no order can be placed.`,
    )
  }
}

function listingOf({ session, market }: Publication, { draft }: DraftFile): ListingId {
  return listingIdOf(market.market, session.account, draft.salt)
}

/** What tells one publication from another. */
function identityOf(publication: Publication) {
  const { session, asset, market, prices, metadata: dated, allowed, algorithmTerms, datatrust } = publication
  // Gone on with on the next day it is still the same publication.
  const { datePublished: _date, ...metadata } = dated
  const { chainId, deployment } = session.client
  const algorithm = algorithmTerms === undefined ? null : algorithmTermsHash(algorithmTerms)
  const policy = allowed === undefined ? algorithm : policyHash(allowed.policy)
  const files = asset.paths.map((path, index) => ({
    path,
    changedAtMs: Math.round(asset.changedAtMs[index] as number),
  }))
  const about = { account: session.account, market: market.market, listings: deployment.listings, datatrust }
  const words = { ...about, chainId, files, metadata, policy, prices }
  return JSON.parse(toWire(words))
}

/** When the listing's orders begin, if it is on the chain already. */
async function published({ client }: Session, listing: ListingId): Promise<{ activeFrom: number } | undefined> {
  try {
    return await client.listings.record({ listing })
  } catch (error) {
    if (isProtocolError(error, 'LISTINGS_UNKNOWN')) return undefined
    throw error
  }
}

function sayPublished(io: Io, command: Command, publication: Publication, draft: DraftFile, activeFrom: number): void {
  const listing = listingOf(publication, draft)
  note(io, 'Exactly this was published before; nothing was done. To list it once more, with another bond, add --again.')
  const lines = fields({ listing, opens: formatInstant(activeFrom) })
  printResult(io, command, { listing, activeFrom, alreadyPublished: true }, lines)
}

function pageOf(publication: Publication, draft: DraftFile): ListingPage {
  const { session, market, prices, metadata, allowed, algorithmTerms, asset, datatrust } = publication
  const wait = market.config.activationSeconds
  return {
    listing: listingOf(publication, draft),
    maker: session.account,
    market: market.market,
    datatrust,
    prices,
    metadata,
    sizeBytes: asset.sizeBytes,
    policy: allowed?.policy,
    algorithmTerms,
    rowsAtMost: allowed?.rowsAtMost,
    opens: wait === 0 ? '' : `takes orders ${formatDuration(wait)} after it is published`,
    exitAt: 0,
  }
}

function draftDocument({ market, prices, metadata, allowed, algorithmTerms, asset }: Publication) {
  const { policy, rowsAtMost } = allowed ?? {}
  const bond = market.config.listingBond
  return {
    draft: true,
    market: market.market,
    prices,
    metadata,
    sizeBytes: asset.sizeBytes,
    policy,
    algorithmTerms,
    rowsAtMost,
    bond,
  }
}

async function publish(
  io: Io,
  command: Command,
  publication: Publication,
  from: Source,
  keep: () => Promise<DraftFile>,
  previewed: DraftFile,
): Promise<void> {
  const { session, market, money, prices, allowed, algorithmTerms, metadata, datatrust, asset, fetchUrl } = publication
  const bond = market.config.listingBond
  const paid = await planPayment(io, session, { from, money, amount: bond, module: 'listings' })
  await session.confirm({
    title: `Publish ${metadata.name}`,
    facts: {
      market: market.market,
      access: priceText(prices.access, money),
      compute: priceText(prices.compute, money),
      'a run':
        algorithmTerms === undefined
          ? allowed?.statement
          : 'of it on data of others is paid to you; nobody gets the file',
      'becomes public': disclosureOf(metadata),
      uploads: transferText({ asset, datatrust, fetchUrl }),
      bond: `comes back after the exit`,
    },
    moves: [{ money, amount: bond, from, to: "Listings, as the listing's bond" }],
    signatures: paid.signatures,
    transactions: [
      ...paid.transactions,
      {
        contract: 'listings',
        function: 'publish',
        args: { market: market.market, datatrust },
        typicalGas: PUBLISH_GAS,
      },
    ],
    irreversible: 'Content, description and policy can never be changed; prices can, and the listing can end.',
  })
  const kept = await keep()
  const listing = listingOf(publication, kept)
  if (listing !== listingOf(publication, previewed)) note(io, `It becomes listing ${listing}.`)
  leaveWord(io, 'The same command again continues, and pays no second bond.')
  const sent = await send(io, publication, kept, paid)
  if (sent === undefined) {
    const found = await published(session, listing)
    sayPublished(io, command, publication, kept, found?.activeFrom ?? 0)
    return
  }
  const { receipt, ...facts } = sent
  if (receipt === null) {
    sayPublished(io, command, publication, kept, facts.activeFrom)
    return
  }
  await step(io, 'Waits until the datatrust shows it', () => waitUntilShown(io, session, listing))
  const lines = fields({
    listing: facts.listing,
    opens: formatInstant(facts.activeFrom),
    contentRoot: facts.contentRoot,
    ...(facts.sha256 && { sha256: facts.sha256 }),
    bond: money.format(bond),
    transaction: receipt.hash,
  })
  printResult(io, command, { ...facts, market: market.market, bond, transactionHash: receipt.hash }, lines)
  note(io, `See it as buyers do: gristmill show ${facts.listing}`)
}

function transferText({ asset, datatrust, fetchUrl }: Pick<Publication, 'asset' | 'datatrust' | 'fetchUrl'>): string {
  const bytes = `${asset.sizeBytes} bytes`
  if (fetchUrl === undefined) return `${bytes}, encrypted, to datatrust ${datatrust}, which holds the key`
  const host = URL.parse(fetchUrl)?.host ?? fetchUrl
  return `${bytes}, fetched from ${host} by datatrust ${datatrust}, which keeps them encrypted and holds the key`
}

/** A promise does not reach back. */
function warnOfToldBefore(io: Io, { downloads, runs, bits }: ToldBefore): void {
  const sold = [
    ...(downloads === 0 ? [] : [`${downloads} ${downloads === 1 ? 'sale' : 'sales'} of the data as it is`]),
    ...(runs === 0 ? [] : [`${runs} ${runs === 1 ? 'run' : 'runs'} without a privacy mode, ${bits} bits`]),
  ]
  warn(
    io,
    `what left these bytes before stays out: ${sold.join(' and ')}. The policy's epsilon is about what leaves from now on.`,
  )
}

/** Buyers see it once the datatrust has seen it on the chain. */
async function waitUntilShown(io: Io, { client }: Session, listing: ListingId): Promise<void> {
  for (let tries = 0; tries < SHOWN_TRIES; tries += 1) {
    try {
      await client.listings.get({ listing })
      return
    } catch (error) {
      if (!isProtocolError(error, 'LISTING_NOT_FOUND')) throw error
      await new Promise((resolve) => setTimeout(resolve, SHOWN_AFTER_MS))
    }
  }
  warn(io, 'it is on the chain, but the datatrust does not show it yet: it waits for more confirmations.')
}

/** Undefined if another run of the same command has published it meanwhile. */
async function send(
  io: Io,
  { session, market, asset, metadata, prices, allowed, algorithmTerms, fetchUrl }: Publication,
  { draft }: DraftFile,
  paid: Awaited<ReturnType<typeof planPayment>>,
) {
  const { listings } = session.client
  const { uploadId, salt } = draft
  const upload = await uploadAsset(io, session, { asset, uploadId, fetchUrl })
  const attested = await step(io, 'Has the datatrust attest it', () =>
    listings.attest({
      upload,
      market: market.market as MarketId,
      salt,
      services: (['access', 'compute'] as const).filter((kind) => prices[kind] !== undefined),
      metadata,
      ...(allowed === undefined ? {} : { policy: allowed.policy }),
      ...(algorithmTerms && { algorithmTerms }),
    }),
  )
  const { toldBefore } = attested.attestation
  if (toldBefore !== undefined) warnOfToldBefore(io, toldBefore)
  await paid.prepare()
  const { payment } = paid
  try {
    const done = await step(io, 'Publishes it', () => listings.publishAttested({ ...attested, prices, payment }))
    return { ...done, ...(upload.sha256 && { sha256: upload.sha256 }) }
  } catch (error) {
    // The salt is this draft's: another run of the same command was faster.
    if (isProtocolError(error, 'LISTINGS_EXISTS')) return undefined
    throw error
  }
}
