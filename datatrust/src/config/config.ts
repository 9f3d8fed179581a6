import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Address, DAY, type DatatrustId, type Deployment, deploymentSchema, HOUR } from '@gristmill/protocol'
import { ConfigurationError } from './configuration-error.js'
import type { Env } from './env.js'

/** Everything a datatrust is told at start. Secrets are not in it: they are key files. */
export interface Config {
  /** Its number on chain. */
  readonly datatrust: DatatrustId
  /** Database, blobs and, unless named below, keys live here; one process at a time. */
  readonly dataDirectory: string
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly logLevel: string
  readonly chain: {
    readonly rpcUrl: string
    readonly chainId: bigint
    readonly deployment: Deployment
    /** Blocks, its own included, after which an event counts. */
    readonly confirmations: number
    readonly pollIntervalMs: number
  }
  readonly keyFiles: {
    readonly signer: string
    readonly openpgp: string
    readonly runnerSecret: string
  }
  readonly limits: {
    readonly maxAssetBytes: number
    readonly maxAlgorithmBytes: number
    /** Of everything stored that no listing on chain refers to. */
    readonly maxUnlistedBytes: number
    /** Nothing new is taken with less than this free on the disk. */
    readonly minFreeBytes: number
    /** After which what no listing refers to is deleted. */
    readonly unlistedSeconds: number
    /** For sending one request, a whole asset included. */
    readonly uploadTimeoutSeconds: number
    /** Of one network address. */
    readonly requestsPerMinute: number
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
  Partial<Pick<Config, 'host' | 'port' | 'logLevel'>> & {
    readonly chain: Pick<Config['chain'], 'rpcUrl' | 'chainId' | 'deployment'> & Partial<Config['chain']>
    readonly keyFiles?: Partial<Config['keyFiles']>
    readonly limits?: Partial<Config['limits']>
    readonly terms?: Partial<Config['terms']>
  }

/** Fills in the defaults. */
export function createConfig(params: ConfigParams): Config {
  const dataDirectory = resolve(params.dataDirectory)
  return Object.freeze({
    datatrust: params.datatrust,
    dataDirectory,
    host: params.host ?? '127.0.0.1',
    port: params.port ?? 0,
    logLevel: params.logLevel ?? 'info',
    chain: Object.freeze({ confirmations: 1, pollIntervalMs: 1_000, ...params.chain }),
    keyFiles: Object.freeze({ ...defaultKeyFiles(dataDirectory), ...params.keyFiles }),
    limits: Object.freeze({
      maxAssetBytes: 10 * 2 ** 30,
      maxAlgorithmBytes: 2 ** 20,
      maxUnlistedBytes: 50 * 2 ** 30,
      minFreeBytes: 128 * 2 ** 20,
      unlistedSeconds: 7 * DAY,
      uploadTimeoutSeconds: 6 * HOUR,
      requestsPerMinute: 600,
      ...params.limits,
    }),
    terms: Object.freeze({
      quoteSeconds: 600,
      fulfilWithinSeconds: DAY,
      fulfilMarginSeconds: 60,
      attestationSeconds: HOUR,
      ...params.terms,
    }),
  })
}

/** Where keys are unless the configuration says otherwise. */
export function defaultKeyFiles(dataDirectory: string): Config['keyFiles'] {
  const keys = resolve(dataDirectory, 'keys')
  return { signer: `${keys}/signer.key`, openpgp: `${keys}/openpgp.asc`, runnerSecret: `${keys}/runner.key` }
}

/** The configuration that the environment describes. */
export async function configFromEnv(env: Env): Promise<Config> {
  return createConfig({
    datatrust: env.DATATRUST_ID,
    dataDirectory: env.DATATRUST_DATA_DIRECTORY,
    port: env.DATATRUST_PORT ?? 8_080,
    ...defined({ host: env.DATATRUST_HOST, logLevel: env.DATATRUST_LOG_LEVEL }),
    chain: {
      rpcUrl: env.DATATRUST_RPC_URL,
      chainId: BigInt(env.DATATRUST_CHAIN_ID),
      deployment: await readDeployment(env.DATATRUST_DEPLOYMENT_FILE),
      ...defined({ confirmations: env.DATATRUST_CONFIRMATIONS, pollIntervalMs: env.DATATRUST_POLL_INTERVAL_MS }),
    },
    keyFiles: defined({
      signer: env.DATATRUST_SIGNER_KEY_FILE,
      openpgp: env.DATATRUST_OPENPGP_KEY_FILE,
      runnerSecret: env.DATATRUST_RUNNER_SECRET_FILE,
    }),
    limits: defined({
      maxAssetBytes: env.DATATRUST_MAX_ASSET_BYTES,
      maxAlgorithmBytes: env.DATATRUST_MAX_ALGORITHM_BYTES,
      maxUnlistedBytes: env.DATATRUST_MAX_UNLISTED_BYTES,
      minFreeBytes: env.DATATRUST_MIN_FREE_BYTES,
      unlistedSeconds: env.DATATRUST_UNLISTED_SECONDS,
      uploadTimeoutSeconds: env.DATATRUST_UPLOAD_TIMEOUT_SECONDS,
      requestsPerMinute: env.DATATRUST_REQUESTS_PER_MINUTE,
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

async function readDeployment(path: string): Promise<Deployment> {
  try {
    return deploymentSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    throw new ConfigurationError([
      { variable: 'DATATRUST_DEPLOYMENT_FILE', fault: 'does not name a JSON file with the addresses of the contracts' },
    ])
  }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Drops what is undefined, so that defaults stay. */
function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>
}
