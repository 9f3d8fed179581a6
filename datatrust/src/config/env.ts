import { addressSchema } from '@gristmill/protocol'
import { z } from 'zod'
import { isFinality } from '../chain/finality.js'
import { isDatabaseUrl } from '../db/database-url.js'
import type { NotedBucket } from './bucket-note.js'
import { ConfigurationError } from './configuration-error.js'

const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^[0-9]{1,16}$/, 'expected a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `expected ${min} to ${max}`)

const isOrigin = (text: string) => /^https?:\/\//.test(text) && URL.parse(text)?.origin === text

/** Of a node of Kubernetes, with its value. */
const LABEL = /^([a-z0-9.-]{1,253}\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?=([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/

const bytes = integer(1, Number.MAX_SAFE_INTEGER)

/** Every variable the datatrust reads. Units are in the names; defaults are in config.ts. */
export const envSchema = z.object({
  DATATRUST_ID: integer(1, 2 ** 32 - 1),
  DATATRUST_DATA_DIRECTORY: z.string().min(1),
  DATATRUST_RPC_URL: z.url({ protocol: /^https?$/ }),
  DATATRUST_CHAIN_ID: z.string().regex(/^[1-9][0-9]{0,30}$/, 'expected a whole number'),
  DATATRUST_DEPLOYMENT_FILE: z.string().min(1),
  DATATRUST_DATABASE_URL: z
    .string()
    .refine(isDatabaseUrl, 'expected postgresql://USER:PASSWORD@HOST:PORT/NAME')
    .optional(),
  DATATRUST_DATABASE_URL_FILE: z.string().min(1).optional(),
  DATATRUST_DATABASE_CONNECTIONS: integer(1, 1_000).optional(),
  DATATRUST_S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'expected the name of a bucket')
    .optional(),
  DATATRUST_S3_REGION: z.string().min(1).optional(),
  DATATRUST_S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  DATATRUST_S3_CREDENTIALS_FILE: z.string().min(1).optional(),
  DATATRUST_S3_PREFIX: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_/-]{0,99}$/, 'expected lower-case letters, digits, "_", "-" and "/"')
    .optional(),
  DATATRUST_S3_CHECKSUM: z.enum(['CRC32C']).optional(),
  DATATRUST_ENGINE: z.enum(['local', 'slurm', 'kubernetes']).optional(),
  DATATRUST_SPOOL_DIRECTORY: z.string().startsWith('/', 'expected an absolute path').optional(),
  DATATRUST_SLURM_URL: z
    .string()
    .refine(
      (text) => /^unix:\/./.test(text) || z.url({ protocol: /^https?$/ }).safeParse(text).success,
      'expected unix:/PATH/OF/SOCKET or a URL of http or https',
    )
    .optional(),
  DATATRUST_SLURM_USER: z.string().min(1).optional(),
  DATATRUST_SLURM_TOKEN_FILE: z.string().min(1).optional(),
  DATATRUST_SLURM_PARTITION: z.string().min(1).optional(),
  DATATRUST_SLURM_CONSTRAINT: z.string().min(1).optional(),
  DATATRUST_SLURM_GRES: z.string().min(1).optional(),
  DATATRUST_SLURM_ACCOUNT: z.string().min(1).optional(),
  DATATRUST_SLURM_QOS: z.string().min(1).optional(),
  DATATRUST_SLURM_EXCLUSIVE: z
    .enum(['yes', 'no'])
    .transform((value) => value === 'yes')
    .optional(),
  DATATRUST_KUBERNETES_CONFIG_FILE: z.string().min(1).optional(),
  DATATRUST_KUBERNETES_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'expected a name')
    .optional(),
  DATATRUST_KUBERNETES_IMAGE: z
    .string()
    .regex(/^[a-z0-9][a-zA-Z0-9./:_-]*@sha256:[0-9a-f]{64}$/, 'expected an image by digest, NAME@sha256:…')
    .optional(),
  DATATRUST_KUBERNETES_CLAIM: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]*(\/(?!\.\.?(\/|$))[A-Za-z0-9._-]+)*$/, 'expected NAME or NAME/DIRECTORY')
    .transform((text) => {
      const [claim, ...path] = text.split('/') as [string, ...string[]]
      return path.length === 0 ? { claim } : { claim, claimPath: path.join('/') }
    })
    .optional(),
  DATATRUST_KUBERNETES_RUNTIME_CLASS: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,252}$/, 'expected a name')
    .optional(),
  DATATRUST_KUBERNETES_NODE_SELECTOR: z
    .string()
    .transform((text) => text.split(',').map((label) => label.trim()))
    .refine((labels) => labels.every((label) => LABEL.test(label)), 'expected LABEL=VALUE, apart by ,')
    .transform((labels) => Object.fromEntries(labels.map((label) => label.split('=') as [string, string])))
    .optional(),
  DATATRUST_HOST: z.string().min(1).optional(),
  DATATRUST_PORT: integer(0, 65_535).optional(),
  DATATRUST_SIGNER_KEY_FILE: z.string().min(1).optional(),
  DATATRUST_OPENPGP_KEY_FILE: z.string().min(1).optional(),
  DATATRUST_RUNNER_SECRET_FILE: z.string().min(1).optional(),
  DATATRUST_DELIVERY_MASTER_FILE: z.string().min(1).optional(),
  DATATRUST_PASSPHRASE_FILE: z.string().min(1).optional(),
  DATATRUST_UNENCRYPTED_KEYS: z
    .enum(['yes', 'no'])
    .transform((value) => value === 'yes')
    .optional(),
  DATATRUST_KMS_URL: z.url({ protocol: /^https?$/ }).optional(),
  DATATRUST_KMS_TOKEN_FILE: z.string().min(1).optional(),
  DATATRUST_CONFIRMATIONS: integer(1, 1_000).optional(),
  DATATRUST_FINALITY: z
    .string()
    .refine(isFinality, 'expected [TOKEN=]0:CONFIRMATIONS,VALUE:CONFIRMATIONS,… with rising values, lists apart by ;')
    .optional(),
  DATATRUST_WITNESS_RPC_URLS: z
    .string()
    .transform((text) => text.split(',').map((url) => url.trim()))
    .refine(
      (urls) => urls.every((url) => z.url({ protocol: /^https?$/ }).safeParse(url).success),
      'expected URLs, apart by ,',
    )
    .optional(),
  DATATRUST_POLL_INTERVAL_MS: integer(10, 60_000).optional(),
  DATATRUST_RAISE_AFTER_SECONDS: integer(1, 86_400).optional(),
  DATATRUST_MAX_FEE_GWEI: integer(1, 1_000_000_000).optional(),
  DATATRUST_QUOTE_SECONDS: integer(30, 86_400).optional(),
  DATATRUST_FULFIL_WITHIN_SECONDS: integer(600, 604_800).optional(),
  DATATRUST_FULFIL_MARGIN_SECONDS: integer(0, 86_400).optional(),
  DATATRUST_ATTESTATION_SECONDS: integer(60, 86_400).optional(),
  DATATRUST_ARBITER: addressSchema.optional(),
  DATATRUST_SETTLE_BATCH: integer(0, 100).optional(),
  DATATRUST_SETTLE_WAIT_SECONDS: integer(0, 2_592_000).optional(),
  DATATRUST_FETCH: z
    .string()
    .transform((text) => text.split(',').map((entry) => entry.trim()))
    .refine(
      (entries) => entries.every((entry) => entry === 'public' || isOrigin(entry)),
      'expected public, or origins like https://files.example, apart by ,',
    )
    .transform((entries) => ({
      isPublic: entries.includes('public'),
      origins: entries.filter((entry) => entry !== 'public'),
    }))
    .optional(),
  DATATRUST_DOCKER_IMAGE: z
    .string()
    .regex(/^([a-z0-9][a-z0-9./:_-]*@)?sha256:[0-9a-f]{64}$/, 'expected an image by digest, NAME@sha256:…')
    .optional(),
  DATATRUST_DOCKER_HOST: z
    .string()
    .regex(/^unix:\/\/\/[^\s?#]+$/, 'expected a socket of this machine, as unix:///run/user/1000/docker.sock')
    .optional(),
  DATATRUST_DOCKER_RUNTIME: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'expected a name, as runsc')
    .optional(),
  DATATRUST_MAX_ASSET_BYTES: bytes.optional(),
  DATATRUST_MAX_ALGORITHM_BYTES: integer(1, 16 * 2 ** 20).optional(),
  DATATRUST_MAX_UNLISTED_BYTES: bytes.optional(),
  DATATRUST_MIN_FREE_BYTES: bytes.optional(),
  DATATRUST_UNLISTED_SECONDS: integer(60, 31_536_000).optional(),
  DATATRUST_SHRED_AFTER_SECONDS: integer(0, 315_360_000).optional(),
  DATATRUST_UPLOAD_TIMEOUT_SECONDS: integer(1, 604_800).optional(),
  DATATRUST_REQUESTS_PER_MINUTE: integer(1, 1_000_000).optional(),
  DATATRUST_ACCOUNT_REQUESTS_PER_MINUTE: integer(1, 1_000_000).optional(),
  DATATRUST_MIN_BYTES_PER_SECOND: integer(0, 1_000_000_000).optional(),
  DATATRUST_PACE_SECONDS: integer(1, 3_600).optional(),
  DATATRUST_MAX_CONNECTIONS: integer(1, 1_000_000).optional(),
  DATATRUST_MAX_ADDRESS_CONNECTIONS: integer(1, 1_000_000).optional(),
  DATATRUST_PROXY_HOPS: integer(0, 10).optional(),
  DATATRUST_DRAIN_NOTICE_SECONDS: integer(0, 600).optional(),
  DATATRUST_DRAIN_SECONDS: integer(0, 86_400).optional(),
  DATATRUST_MIN_TRANSACTIONS: integer(0, 1_000_000).optional(),
  DATATRUST_METRICS_PORT: integer(0, 65_535).optional(),
  DATATRUST_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).optional(),
})
/** The environment of a datatrust, read and checked. */
export type Env = z.output<typeof envSchema>

/** Reads the environment; every fault is reported at once. An empty variable counts as absent. */
export function readEnv(environment: Environment = process.env): Env {
  return read(envSchema, environment)
}

/** Reads no more than where the data is: what a backup needs. */
export function readDirectory(environment: Environment = process.env): string {
  return read(envSchema.pick({ DATATRUST_DATA_DIRECTORY: true }), environment).DATATRUST_DATA_DIRECTORY
}

/** Reads no more than where blobs are, as far as it is said: what a restore needs. Undefined: nothing is. */
export function readBucket(environment: Environment = process.env): Partial<NotedBucket> | undefined {
  const env = read(bucketSchema, environment)
  const named = {
    name: env.DATATRUST_S3_BUCKET,
    region: env.DATATRUST_S3_REGION,
    endpoint: env.DATATRUST_S3_ENDPOINT,
    credentialsFile: env.DATATRUST_S3_CREDENTIALS_FILE,
    prefix: env.DATATRUST_S3_PREFIX,
    checksum: env.DATATRUST_S3_CHECKSUM,
  }
  const present = Object.entries(named).filter(([, value]) => value !== undefined)
  return present.length === 0 ? undefined : (Object.fromEntries(present) as Partial<NotedBucket>)
}

const bucketSchema = envSchema.pick({
  DATATRUST_S3_BUCKET: true,
  DATATRUST_S3_REGION: true,
  DATATRUST_S3_ENDPOINT: true,
  DATATRUST_S3_CREDENTIALS_FILE: true,
  DATATRUST_S3_PREFIX: true,
  DATATRUST_S3_CHECKSUM: true,
})

type Environment = Readonly<Record<string, string | undefined>>

function read<Schema extends z.ZodObject>(schema: Schema, environment: Environment): z.output<Schema> {
  const present = Object.fromEntries(
    Object.keys(schema.shape)
      .map((name) => [name, environment[name]] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  )
  const result = schema.safeParse(present)
  if (result.success) return result.data
  throw new ConfigurationError(
    result.error.issues.map((issue) => ({
      variable: issue.path.join('.'),
      fault: present[issue.path.join('.')] === undefined ? 'is missing' : issue.message,
    })),
  )
}
