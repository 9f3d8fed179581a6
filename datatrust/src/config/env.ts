import { addressSchema } from '@gristmill/protocol'
import { z } from 'zod'
import { ConfigurationError } from './configuration-error.js'

const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^[0-9]{1,16}$/, 'expected a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `expected ${min} to ${max}`)

const bytes = integer(1, Number.MAX_SAFE_INTEGER)

/** Every variable the datatrust reads. Units are in the names; defaults are in config.ts. */
export const envSchema = z.object({
  DATATRUST_ID: integer(1, 2 ** 32 - 1),
  DATATRUST_DATA_DIRECTORY: z.string().min(1),
  DATATRUST_RPC_URL: z.url({ protocol: /^https?$/ }),
  DATATRUST_CHAIN_ID: z.string().regex(/^[1-9][0-9]{0,30}$/, 'expected a whole number'),
  DATATRUST_DEPLOYMENT_FILE: z.string().min(1),
  DATATRUST_HOST: z.string().min(1).optional(),
  DATATRUST_PORT: integer(0, 65_535).optional(),
  DATATRUST_SIGNER_KEY_FILE: z.string().min(1).optional(),
  DATATRUST_OPENPGP_KEY_FILE: z.string().min(1).optional(),
  DATATRUST_RUNNER_SECRET_FILE: z.string().min(1).optional(),
  DATATRUST_CONFIRMATIONS: integer(1, 1_000).optional(),
  DATATRUST_POLL_INTERVAL_MS: integer(10, 60_000).optional(),
  DATATRUST_QUOTE_SECONDS: integer(30, 86_400).optional(),
  DATATRUST_FULFIL_WITHIN_SECONDS: integer(600, 604_800).optional(),
  DATATRUST_FULFIL_MARGIN_SECONDS: integer(0, 86_400).optional(),
  DATATRUST_ATTESTATION_SECONDS: integer(60, 86_400).optional(),
  DATATRUST_ARBITER: addressSchema.optional(),
  DATATRUST_MAX_ASSET_BYTES: bytes.optional(),
  DATATRUST_MAX_ALGORITHM_BYTES: integer(1, 16 * 2 ** 20).optional(),
  DATATRUST_MAX_UNLISTED_BYTES: bytes.optional(),
  DATATRUST_MIN_FREE_BYTES: bytes.optional(),
  DATATRUST_UNLISTED_SECONDS: integer(60, 31_536_000).optional(),
  DATATRUST_UPLOAD_TIMEOUT_SECONDS: integer(1, 604_800).optional(),
  DATATRUST_REQUESTS_PER_MINUTE: integer(1, 1_000_000).optional(),
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
