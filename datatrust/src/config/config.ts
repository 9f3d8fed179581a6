import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Address, DAY, type DatatrustId, type Deployment, deploymentSchema, HOUR } from '@gristmill/protocol'
import type { DockerOptions } from '@gristmill/runner'
import { Finality } from '../chain/finality.js'
import { DatabaseUrl, isDatabaseUrl } from '../db/database-url.js'
import { readPrivateFile } from '../keys/key-file.js'
import { ConfigurationError } from './configuration-error.js'
import { defined } from './defined.js'
import { type EngineConfig, engineFromEnv } from './engine-config.js'
import type { Env } from './env.js'

/** A bucket and how it is reached. */
export interface BucketConfig {
  readonly name: string
  readonly region: string
  /** URL; default: that of AWS in the region. */
  readonly endpoint?: string
  /** Of mode 0600: JSON with `accessKeyId`, `secretAccessKey` and, if there is one, `sessionToken`. */
  readonly credentialsFile: string
  /** Before all keys; default: `gristmill-CHAINID-ID/`. What is below it belongs to this datatrust alone. */
  readonly prefix?: string
  /** Has the service check and keep one. */
  readonly checksum?: 'CRC32C'
}

/** Everything a datatrust is told at start. Keys are elsewhere; the one secret in it, the database's URL, is never printed. */
export interface Config {
  /** Its number on chain. */
  readonly datatrust: DatatrustId
  /**
   * Database, blobs and, unless named below, keys live here; one process at a time, or with a database of its own as many
   * as share that and the directory.
   */
  readonly dataDirectory: string
  /** PostgreSQL instead of the embedded database. */
  readonly database?: {
    readonly url: DatabaseUrl
    /** Of one process. */
    readonly maxConnections: number
  }
  /** Blobs in a bucket of an S3 service instead of on the disk. */
  readonly bucket?: BucketConfig
  readonly engine: EngineConfig
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly logLevel: string
  readonly chain: {
    readonly rpcUrl: string
    /** Other endpoints of the same chain, which have to say the same. */
    readonly witnessRpcUrls?: readonly string[]
    readonly chainId: bigint
    readonly deployment: Deployment
    /** Blocks, its own included, after which an event counts. */
    readonly confirmations: number
    /** What a payment needs for its value before anything is delivered for it. */
    readonly finality: Finality
    readonly pollIntervalMs: number
    /** For which a transaction is in no block before it is sent with a higher fee, and then again for each higher one. */
    readonly raiseAfterSeconds: number
    /** What the datatrust bids for a unit of gas, tip included, at most. */
    readonly maxFeeGwei: number
  }
  readonly keyFiles: {
    readonly signer: string
    readonly openpgp: string
    readonly runnerSecret: string
    readonly deliveryMaster: string
  }
  /** File whose first line encrypts the key files. */
  readonly passphraseFile?: string | undefined
  /** Keys that are not there yet may be made in the clear: for play. */
  readonly unencryptedKeys?: boolean | undefined
  /** Key service that keeps signing and OpenPGP keys instead of files. */
  readonly kms?: { readonly url: string; readonly tokenFile: string } | undefined
  /** Runs Python in containers where bubblewrap does not work. */
  readonly docker?: DockerOptions | undefined
  readonly limits: {
    readonly maxAssetBytes: number
    readonly maxAlgorithmBytes: number
    /** Of everything stored that no listing on chain refers to. */
    readonly maxUnlistedBytes: number
    /** Nothing new is taken with less than this free on the disk. */
    readonly minFreeBytes: number
    /** After which what no listing refers to is deleted. */
    readonly unlistedSeconds: number
    /** After a listing's last order could be served, after which its content is destroyed; absent: only when told to. */
    readonly shredAfterSeconds?: number | undefined
    /** For sending one request, a whole asset included. */
    readonly uploadTimeoutSeconds: number
    /** Of one network address. */
    readonly requestsPerMinute: number
    /** Of one account, wherever its requests come from. */
    readonly accountRequestsPerMinute: number
    /** Which a caller has to send or take while they are waited for. */
    readonly minBytesPerSecond: number
    /** Over which that is measured. */
    readonly paceSeconds: number
    readonly maxConnections: number
    /** Of one network address; not counted behind a proxy. */
    readonly maxAddressConnections: number
    /** The signer should have money for so many; with less the operator is warned. */
    readonly minTransactions: number
  }
  readonly http: {
    /** On loopback, for Prometheus; 0: any free port; absent: no metrics. */
    readonly metricsPort?: number
    /** Reverse proxies in front, each of which adds to `X-Forwarded-For`; 0: the address is the connection's. */
    readonly proxyHops: number
    /** Between `ready` turning red and the first refusal when the datatrust ends. */
    readonly drainNoticeSeconds: number
    /** How long answers under way may then go on. */
    readonly drainSeconds: number
  }
  readonly fetch: {
    /** Content may be fetched from the public internet, over https. */
    readonly isPublic: boolean
    /** From which it may be fetched wherever they are, `https://files.example:8443` for example. */
    readonly origins: readonly string[]
    /** For which a fetch is held without being renewed: what a process that died was at is taken over then. */
    readonly holdSeconds: number
  }
  readonly settlement: {
    /** Orders that are paid out by one transaction, at most; 0: none is by this datatrust. */
    readonly batchOrders: number
    /** For which an order whose window is over waits for others, at most. */
    readonly waitSeconds: number
  }
  readonly terms: {
    /** For which a quote holds. */
    readonly quoteSeconds: number
    /** Between placing an order and its fulfilment; a run gets its policy's release slot on top. */
    readonly fulfilWithinSeconds: number
    /** Before the end of that time in which nothing is sent any more. */
    readonly fulfilMarginSeconds: number
    readonly attestationSeconds: number
    /** Named in the deals of runs: may open disputes for buyers and rules on them. Absent: nobody. */
    readonly arbiter?: Address
  }
}

/** What has no default. */
export type ConfigParams = Pick<Config, 'datatrust' | 'dataDirectory'> &
  Partial<
    Pick<
      Config,
      'host' | 'port' | 'logLevel' | 'bucket' | 'engine' | 'passphraseFile' | 'unencryptedKeys' | 'kms' | 'docker'
    >
  > & {
    readonly chain: Pick<Config['chain'], 'rpcUrl' | 'chainId' | 'deployment'> &
      Partial<Omit<Config['chain'], 'finality'>> & {
        /** `VALUE:CONFIRMATIONS,…`; default: `0:finalized`. */
        readonly finality?: string | Finality
      }
    /** PostgreSQL instead of the embedded database; `url` is `postgresql://USER:PASSWORD@HOST:PORT/NAME`. */
    readonly database?: { readonly url: string | DatabaseUrl; readonly maxConnections?: number } | undefined
    readonly keyFiles?: Partial<Config['keyFiles']>
    readonly limits?: Partial<Config['limits']>
    readonly http?: Partial<Config['http']>
    readonly fetch?: Partial<Config['fetch']>
    readonly settlement?: Partial<Config['settlement']>
    readonly terms?: Partial<Config['terms']>
  }

/** Fills in the defaults. */
export function createConfig(params: ConfigParams): Config {
  const dataDirectory = resolve(params.dataDirectory)
  const { database } = params
  return Object.freeze({
    datatrust: params.datatrust,
    dataDirectory,
    ...(database === undefined ? {} : { database: databaseOf(database) }),
    ...(params.bucket === undefined ? {} : { bucket: Object.freeze({ ...params.bucket }) }),
    engine: Object.freeze({ ...(params.engine ?? { kind: 'local' }) }),
    host: params.host ?? '127.0.0.1',
    port: params.port ?? 0,
    logLevel: params.logLevel ?? 'info',
    chain: Object.freeze({
      confirmations: 1,
      pollIntervalMs: 1_000,
      raiseAfterSeconds: 120,
      maxFeeGwei: 500,
      ...params.chain,
      finality: new Finality(String(params.chain.finality ?? '0:finalized')),
    }),
    keyFiles: Object.freeze({ ...defaultKeyFiles(dataDirectory), ...params.keyFiles }),
    passphraseFile: params.passphraseFile,
    unencryptedKeys: params.unencryptedKeys,
    kms: params.kms,
    docker: params.docker,
    limits: Object.freeze({
      maxAssetBytes: 10 * 2 ** 30,
      maxAlgorithmBytes: 2 ** 20,
      maxUnlistedBytes: 50 * 2 ** 30,
      minFreeBytes: 128 * 2 ** 20,
      unlistedSeconds: 7 * DAY,
      uploadTimeoutSeconds: 6 * HOUR,
      requestsPerMinute: 600,
      accountRequestsPerMinute: params.limits?.requestsPerMinute ?? 600,
      minBytesPerSecond: 1_024,
      paceSeconds: 30,
      maxConnections: 2_048,
      minTransactions: 100,
      maxAddressConnections: 512,
      ...params.limits,
    }),
    http: Object.freeze({ proxyHops: 0, drainNoticeSeconds: 0, drainSeconds: 30, ...params.http }),
    fetch: Object.freeze({ isPublic: false, origins: [], holdSeconds: 15, ...params.fetch }),
    settlement: Object.freeze({ batchOrders: 20, waitSeconds: 6 * HOUR, ...params.settlement }),
    terms: Object.freeze({
      quoteSeconds: 600,
      fulfilWithinSeconds: DAY,
      fulfilMarginSeconds: 60,
      attestationSeconds: HOUR,
      ...params.terms,
    }),
  })
}

function databaseOf({ url, maxConnections = 10 }: NonNullable<ConfigParams['database']>): Config['database'] & {} {
  return Object.freeze({ url: typeof url === 'string' ? new DatabaseUrl(url) : url, maxConnections })
}

/** Where keys are unless the configuration says otherwise. */
export function defaultKeyFiles(dataDirectory: string): Config['keyFiles'] {
  const keys = resolve(dataDirectory, 'keys')
  return {
    signer: `${keys}/signer.key`,
    openpgp: `${keys}/openpgp.key`,
    runnerSecret: `${keys}/runner.key`,
    deliveryMaster: `${keys}/delivery.key`,
  }
}

/** The configuration that the environment describes. */
export async function configFromEnv(env: Env): Promise<Config> {
  const database = await databaseFromEnv(env)
  const bucket = bucketFromEnv(env)
  return createConfig({
    datatrust: env.DATATRUST_ID,
    dataDirectory: env.DATATRUST_DATA_DIRECTORY,
    port: env.DATATRUST_PORT ?? 8_080,
    ...(database === undefined ? {} : { database }),
    ...(bucket === undefined ? {} : { bucket }),
    engine: engineFromEnv(env),
    ...defined({ host: env.DATATRUST_HOST, logLevel: env.DATATRUST_LOG_LEVEL }),
    chain: {
      rpcUrl: env.DATATRUST_RPC_URL,
      chainId: BigInt(env.DATATRUST_CHAIN_ID),
      deployment: await readDeployment(env.DATATRUST_DEPLOYMENT_FILE),
      ...defined({
        witnessRpcUrls: env.DATATRUST_WITNESS_RPC_URLS,
        confirmations: env.DATATRUST_CONFIRMATIONS,
        finality: env.DATATRUST_FINALITY,
        pollIntervalMs: env.DATATRUST_POLL_INTERVAL_MS,
        raiseAfterSeconds: env.DATATRUST_RAISE_AFTER_SECONDS,
        maxFeeGwei: env.DATATRUST_MAX_FEE_GWEI,
      }),
    },
    keyFiles: defined({
      signer: env.DATATRUST_SIGNER_KEY_FILE,
      openpgp: env.DATATRUST_OPENPGP_KEY_FILE,
      runnerSecret: env.DATATRUST_RUNNER_SECRET_FILE,
      deliveryMaster: env.DATATRUST_DELIVERY_MASTER_FILE,
    }),
    ...defined({
      passphraseFile: env.DATATRUST_PASSPHRASE_FILE,
      unencryptedKeys: env.DATATRUST_UNENCRYPTED_KEYS,
      kms: kmsOf(env),
      docker: dockerOf(env),
    }),
    limits: defined({
      maxAssetBytes: env.DATATRUST_MAX_ASSET_BYTES,
      maxAlgorithmBytes: env.DATATRUST_MAX_ALGORITHM_BYTES,
      maxUnlistedBytes: env.DATATRUST_MAX_UNLISTED_BYTES,
      minFreeBytes: env.DATATRUST_MIN_FREE_BYTES,
      unlistedSeconds: env.DATATRUST_UNLISTED_SECONDS,
      shredAfterSeconds: env.DATATRUST_SHRED_AFTER_SECONDS,
      uploadTimeoutSeconds: env.DATATRUST_UPLOAD_TIMEOUT_SECONDS,
      requestsPerMinute: env.DATATRUST_REQUESTS_PER_MINUTE,
      accountRequestsPerMinute: env.DATATRUST_ACCOUNT_REQUESTS_PER_MINUTE,
      minBytesPerSecond: env.DATATRUST_MIN_BYTES_PER_SECOND,
      paceSeconds: env.DATATRUST_PACE_SECONDS,
      maxConnections: env.DATATRUST_MAX_CONNECTIONS,
      minTransactions: env.DATATRUST_MIN_TRANSACTIONS,
      maxAddressConnections: env.DATATRUST_MAX_ADDRESS_CONNECTIONS,
    }),
    http: defined({
      proxyHops: env.DATATRUST_PROXY_HOPS,
      drainNoticeSeconds: env.DATATRUST_DRAIN_NOTICE_SECONDS,
      drainSeconds: env.DATATRUST_DRAIN_SECONDS,
      metricsPort: env.DATATRUST_METRICS_PORT,
    }),
    ...defined({ fetch: env.DATATRUST_FETCH }),
    settlement: defined({
      batchOrders: env.DATATRUST_SETTLE_BATCH,
      waitSeconds: env.DATATRUST_SETTLE_WAIT_SECONDS,
    }),
    terms: defined({
      quoteSeconds: env.DATATRUST_QUOTE_SECONDS,
      fulfilWithinSeconds: env.DATATRUST_FULFIL_WITHIN_SECONDS,
      fulfilMarginSeconds: env.DATATRUST_FULFIL_MARGIN_SECONDS,
      attestationSeconds: env.DATATRUST_ATTESTATION_SECONDS,
      arbiter: env.DATATRUST_ARBITER,
    }),
  })
}

/** The URL of the database, from its variable or from the file that holds it. */
async function databaseFromEnv(env: Env): Promise<ConfigParams['database']> {
  const { DATATRUST_DATABASE_URL: inVariable, DATATRUST_DATABASE_URL_FILE: file } = env
  if (inVariable !== undefined && file !== undefined) {
    throw new ConfigurationError([{ variable: 'DATATRUST_DATABASE_URL', fault: 'is set beside its file: keep one' }])
  }
  const url = inVariable ?? (file === undefined ? undefined : await readPrivateFile(file))
  if (url === undefined) return undefined
  if (!isDatabaseUrl(url)) {
    const fault = 'does not hold postgresql://USER:PASSWORD@HOST:PORT/NAME'
    throw new ConfigurationError([{ variable: 'DATATRUST_DATABASE_URL_FILE', fault }])
  }
  return { url, ...defined({ maxConnections: env.DATATRUST_DATABASE_CONNECTIONS }) }
}

function kmsOf({ DATATRUST_KMS_URL: url, DATATRUST_KMS_TOKEN_FILE: tokenFile }: Env): Config['kms'] {
  if (url !== undefined && tokenFile !== undefined) return { url, tokenFile }
  if (url === undefined && tokenFile === undefined) return undefined
  const variable = url === undefined ? 'DATATRUST_KMS_URL' : 'DATATRUST_KMS_TOKEN_FILE'
  throw new ConfigurationError([{ variable, fault: 'is missing: a key service needs both' }])
}

/** @internal */
export function dockerOf(env: Env): Config['docker'] {
  const { DATATRUST_DOCKER_IMAGE: image, DATATRUST_DOCKER_RUNTIME: runtime, DATATRUST_DOCKER_HOST: host } = env
  if (image !== undefined && (env.DATATRUST_ENGINE ?? 'local') !== 'local') {
    const fault = 'is for DATATRUST_ENGINE=local: the machines of a cluster have an executor of their own'
    throw new ConfigurationError([{ variable: 'DATATRUST_DOCKER_IMAGE', fault }])
  }
  if (image !== undefined) return { image, ...defined({ runtime, host }) }
  if (runtime === undefined && host === undefined) return undefined
  throw new ConfigurationError([
    { variable: 'DATATRUST_DOCKER_IMAGE', fault: 'is missing: containers need an image to be made of' },
  ])
}

function bucketFromEnv(env: Env): BucketConfig | undefined {
  const { DATATRUST_S3_BUCKET: name, DATATRUST_S3_REGION: region, DATATRUST_S3_CREDENTIALS_FILE: credentialsFile } = env
  const others = {
    endpoint: env.DATATRUST_S3_ENDPOINT,
    prefix: env.DATATRUST_S3_PREFIX,
    checksum: env.DATATRUST_S3_CHECKSUM,
  }
  const isMeant = [name, region, credentialsFile, ...Object.values(others)].some((value) => value !== undefined)
  if (!isMeant) return undefined
  if (name === undefined || region === undefined || credentialsFile === undefined) {
    const needed = {
      DATATRUST_S3_BUCKET: name,
      DATATRUST_S3_REGION: region,
      DATATRUST_S3_CREDENTIALS_FILE: credentialsFile,
    }
    const missing = Object.entries(needed).filter(([, value]) => value === undefined)
    throw new ConfigurationError(
      missing.map(([variable]) => ({ variable, fault: 'is missing beside others of the bucket' })),
    )
  }
  return { name, region, credentialsFile, ...defined(others) }
}

async function readDeployment(path: string): Promise<Deployment> {
  try {
    return deploymentSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    throw new ConfigurationError([
      { variable: 'DATATRUST_DEPLOYMENT_FILE', fault: 'does not name a JSON file with the addresses of the contracts' },
    ])
  }
}
