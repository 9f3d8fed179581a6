import { createHash, randomBytes } from 'node:crypto'
import { cpSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ContentHasher } from '@gristmill/envelope'
import { type ActorName, type Localnet, type StartedLocalnet, startLocalnet } from '@gristmill/localnet'
import {
  type Hex,
  HOUR,
  type ListingId,
  type MarketId,
  type OrderId,
  type Policy,
  policyFor as policyForTable,
  type Upload,
} from '@gristmill/protocol'
import { createExecutors, createWasmExecutor } from '@gristmill/runner'
import {
  Client,
  type ConnectParams,
  createSessionKey,
  type DownloadOrderParams,
  defaultMarketConfig,
  type GeneratedKey,
  generateKey,
  jsonRpcProvider,
  type MarketConfig,
  type PublishListingParams,
  type SessionKey,
} from '@gristmill/sdk'
import { nodeChaCha20, nodeSha256 } from '@gristmill/sdk/node'
import { getBytes, Wallet } from 'ethers'
import { inject } from 'vitest'
import type { Overrides } from '../src/context.js'
import { type Database, openDatabase } from '../src/db/open-database.js'
import { type ConfigParams, DatabaseUrl, prepareIdentity, type Server, start } from '../src/index.js'
import { createDatabaseAt } from './_postgres.js'

/** Money of tests: 6 decimals. */
export const ONE = 1_000_000n
export const ACCESS_PRICE = 5n * ONE
export const COMPUTE_PRICE = 3n * ONE
/** No wait of a test is longer. */
export const PATIENCE_MS = 30_000

const MARKET_CONFIG: MarketConfig = {
  ...defaultMarketConfig(6),
  activationSeconds: 0,
  exitDelaySeconds: HOUR,
  disputeWindowSeconds: HOUR,
}

/** A chain with a market, and a datatrust that is registered and bonded but not started. */
export interface Stage {
  localnet: StartedLocalnet
  market: MarketId
  datatrust: number
  directory: string
  params: ConfigParams
  operator: Client
  close(): Promise<void>
}

export interface StageParams {
  /** URL of an empty database of PostgreSQL; absent: the run's own server, or the embedded database. */
  databaseUrl?: string | undefined
  /** The embedded database before its first start; default: `migrated`. */
  database?: 'empty' | 'migrated'
}

export async function setStage(params: StageParams = {}): Promise<Stage> {
  const server = inject('postgresServer')
  const databaseUrl = params.databaseUrl ?? (server === undefined ? undefined : await createDatabaseAt(server))
  const localnet = await startLocalnet()
  const directory = await mkdtemp(join(tmpdir(), 'gristmill-datatrust-'))
  const [patron, operator] = await Promise.all([clientOf(localnet, 'patron'), clientOf(localnet, 'operator')])
  const { market } = await patron.markets.create({
    asset: localnet.token,
    p0: ONE,
    k: 10n ** 24n,
    config: MARKET_CONFIG,
    seed: 1_000n * ONE,
    payment: 'permit',
  })
  if (databaseUrl === undefined) provideDatabase(directory, params.database)
  const { datatrust } = await registerDatatrust(localnet, operator, directory)
  return {
    localnet,
    market,
    datatrust,
    directory,
    operator,
    params: {
      ...paramsOf(localnet, datatrust, directory),
      ...(databaseUrl === undefined ? {} : { database: { url: databaseUrl } }),
    },
    close: async () => {
      await localnet.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Spares a datatrust initdb, and its migrations. */
export function provideDatabase(dataDirectory: string, database: 'empty' | 'migrated' = 'migrated'): void {
  cpSync(inject(`${database}Database`), join(dataDirectory, 'db'), { recursive: true })
}

export async function registerDatatrust(localnet: Localnet, operator: Client, dataDirectory: string) {
  const identity = await prepareIdentity({ dataDirectory, unencryptedKeys: true })
  await localnet.giveGas(identity.signer, 10n ** 19n)
  const registered = await operator.datatrusts.register({
    ...identity,
    payout: localnet.actors.operator.address,
    asset: localnet.token,
    url: 'http://127.0.0.1',
  })
  await operator.datatrusts.bond({ datatrust: registered.datatrust, amount: 2_000n * ONE, payment: 'permit' })
  return registered
}

export function paramsOf(localnet: Localnet, datatrust: number, dataDirectory: string): ConfigParams {
  return {
    datatrust,
    dataDirectory,
    logLevel: process.env.DATATRUST_TEST_LOG ?? 'silent',
    chain: {
      rpcUrl: localnet.url,
      chainId: BigInt(localnet.chainId),
      deployment: localnet.deployment,
      pollIntervalMs: 50,
    },
    limits: { requestsPerMinute: 100_000 },
  }
}

/** The database of a stage, while no datatrust uses it if it is embedded. */
export function openDatabaseOf({ params: { database, dataDirectory } }: Pick<Stage, 'params'>): Promise<Database> {
  if (database === undefined) return openDatabase({ directory: join(dataDirectory, 'db') })
  return openDatabase({ url: new DatabaseUrl(String(database.url)), maxConnections: 2 })
}

/** Without Python, which takes a moment to be looked for at every start. */
export function startOn(stage: Stage, overrides: Overrides = {}): Promise<Server> {
  return start(stage.params, { executors: createExecutors([createWasmExecutor()]), ...overrides })
}

export function walletOf(localnet: Localnet, name: ActorName): Wallet {
  return new Wallet(localnet.actors[name].privateKey, jsonRpcProvider(localnet.url))
}

export function clientOf(
  localnet: Localnet,
  name: ActorName,
  datatrust?: string,
  more: Pick<ConnectParams, 'datatrustRetry'> = {},
): Promise<Client> {
  const runner = walletOf(localnet, name)
  const { deployment } = localnet
  return Client.connect({
    runner,
    deployment,
    sha256: nodeSha256,
    chacha20: nodeChaCha20,
    ...(datatrust === undefined ? {} : { datatrust }),
    ...more,
  })
}

export function sha256(bytes: Uint8Array): Hex {
  return `0x${createHash('sha256').update(bytes).digest('hex')}`
}

/** What content is known by on chain, by the secret that the datatrust says. */
export async function rootOf(content: Uint8Array, { blindSecret }: Pick<Upload, 'blindSecret'>): Promise<Hex> {
  const hasher = await ContentHasher.create({ blindSecret: getBytes(blindSecret!), sha256: nodeSha256 })
  await hasher.update(content)
  return (await hasher.digest()).contentRoot
}

export function random32(): Hex {
  return `0x${randomBytes(32).toString('hex')}`
}

/** Keys are costly to make: one for the file that asks. */
let key: Promise<GeneratedKey> | undefined
export function buyersKey(): Promise<GeneratedKey> {
  key ??= generateKey({ name: 'buyer' })
  return key
}

/** A table that nobody else has: 200 rows, two features, a label. */
export function makeCsv(rows = 200): Uint8Array {
  const lines = Array.from({ length: rows }, (_, index) => {
    const noise = randomBytes(2)
    return `${index % 50},${noise[0]},${index % 50 > 24 ? 'yes' : 'no'}`
  })
  return new TextEncoder().encode(`x,y,label\n${lines.join('\n')}\n`)
}

export function policyFor(algorithm: Hex, overrides: Partial<Parameters<typeof policyForTable>[0]> = {}): Policy {
  return policyForTable({
    table: {
      features: [
        { name: 'x', type: 'number', minMicros: 0, maxMicros: 50_000_000 },
        { name: 'y', type: 'number', minMicros: 0, maxMicros: 256_000_000 },
      ],
      label: { name: 'label', classes: ['no', 'yes'] },
      ignored: [],
    },
    algorithms: [{ digest: algorithm, runtime: 'wasm', parameters: { rounds: { min: 1, max: 100 } } }],
    slotSeconds: 1,
    ...overrides,
  })
}

export interface PublishParams {
  content?: Uint8Array
  policy?: Policy
  more?: Partial<PublishListingParams>
}

/** Publishes a table as the maker: for compute if there is a policy, and for download unless it promises an epsilon. */
export async function publish(
  maker: Client,
  market: MarketId,
  { content = makeCsv(), policy, more }: PublishParams = {},
) {
  const published = await maker.listings.publish({
    market,
    content,
    files: [{ name: 'table.csv', sizeBytes: content.length }],
    metadata: { name: 'Table', license: 'CC0-1.0' },
    prices: {
      ...(policy === undefined || policy.privacy.mode === 'none' ? { access: ACCESS_PRICE } : {}),
      ...(policy === undefined ? {} : { compute: COMPUTE_PRICE }),
    },
    ...(policy === undefined ? {} : { policy }),
    payment: 'permit',
    ...more,
  })
  await until(async () => (await maker.listings.get({ listing: published.listing })) !== undefined)
  return { ...published, content }
}

/** Quotes and places a direct access order. */
export async function buyDirect(buyer: Client, listing: ListingId, recipientPublicKey?: string): Promise<OrderId> {
  const publicKey = recipientPublicKey ?? (await buyersKey()).publicKey
  const quote = await buyer.orders.quote({ listing, kind: 'access', direct: true, recipientPublicKey: publicKey })
  const { orderId } = await buyer.orders.place({ quote, payment: 'permit' })
  return orderId
}

/** Everything of a direct order's data, decrypted and verified. */
export async function downloadDirect(buyer: Client, orderId: OrderId): Promise<Uint8Array> {
  return download(buyer, { orderId, privateKey: (await buyersKey()).privateKey })
}

/** Quotes and places an order of the fair exchange. */
export async function buy(buyer: Client, listing: ListingId): Promise<{ orderId: OrderId; session: SessionKey }> {
  const session = createSessionKey()
  const quote = await buyer.orders.quote({ listing, kind: 'access', ackKey: session.address })
  const { orderId } = await buyer.orders.place({ quote, payment: 'permit' })
  return { orderId, session }
}

/** Everything of an order's data, verified. */
export async function download(buyer: Client, params: DownloadOrderParams): Promise<Uint8Array> {
  const { content, verified } = await buyer.orders.download({ pollMs: 20, ...params })
  const chunks: Uint8Array[] = []
  for await (const chunk of content) chunks.push(chunk)
  await verified
  return Buffer.concat(chunks)
}

/** Polls until `holds` gives something truthy; a wait that is too long fails. */
export async function until<T>(holds: () => Promise<T>, timeoutMs = PATIENCE_MS): Promise<NonNullable<T>> {
  const giveUpAt = Date.now() + timeoutMs
  for (;;) {
    const value = await holds().catch((error: unknown) => {
      if (Date.now() > giveUpAt) throw error
      return undefined
    })
    if (value) return value
    if (Date.now() > giveUpAt) throw new Error('waited too long')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
