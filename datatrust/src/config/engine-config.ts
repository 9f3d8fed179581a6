import type { SlurmEngineParams, SlurmPlacement } from '@gristmill/engine'
import { ConfigurationError } from './configuration-error.js'
import type { Env } from './env.js'

/** Where runs are executed: in children of the datatrust, or by a cluster. */
export type EngineConfig = { readonly kind: 'local' } | ({ readonly kind: 'slurm' } & SlurmEngineParams)

type EngineEnv = Partial<Pick<Env, Extract<keyof Env, `DATATRUST_S${'LURM' | 'POOL'}_${string}` | 'DATATRUST_ENGINE'>>>

/** The engine that the environment describes. Throws ConfigurationError for half of one. */
export function engineFromEnv(env: EngineEnv): EngineConfig {
  const { DATATRUST_ENGINE: kind = 'local', DATATRUST_SLURM_USER: user, DATATRUST_SLURM_TOKEN_FILE: tokenFile } = env
  const { DATATRUST_SLURM_URL: url, DATATRUST_SPOOL_DIRECTORY: spoolDirectory } = env
  const missing = (variables: Record<string, unknown>) =>
    Object.entries(variables)
      .filter(([, value]) => value === undefined)
      .map(([variable]) => ({ variable, fault: 'is missing beside others of the engine' }))
  if (kind === 'local') {
    if (url === undefined) return { kind }
    throw new ConfigurationError([{ variable: 'DATATRUST_SLURM_URL', fault: 'is for DATATRUST_ENGINE=slurm' }])
  }
  const faults = missing({ DATATRUST_SLURM_URL: url, DATATRUST_SPOOL_DIRECTORY: spoolDirectory })
  if ((user === undefined) !== (tokenFile === undefined)) {
    faults.push(...missing({ DATATRUST_SLURM_USER: user, DATATRUST_SLURM_TOKEN_FILE: tokenFile }))
  }
  if (faults.length > 0 || url === undefined || spoolDirectory === undefined) throw new ConfigurationError(faults)
  const asked = {
    partition: env.DATATRUST_SLURM_PARTITION,
    constraint: env.DATATRUST_SLURM_CONSTRAINT,
    gres: env.DATATRUST_SLURM_GRES,
    account: env.DATATRUST_SLURM_ACCOUNT,
    qos: env.DATATRUST_SLURM_QOS,
    exclusive: env.DATATRUST_SLURM_EXCLUSIVE,
  }
  const placement: SlurmPlacement = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
  const auth = user === undefined || tokenFile === undefined ? {} : { auth: { user, tokenFile } }
  return { kind, url, spoolDirectory, placement, ...auth }
}
