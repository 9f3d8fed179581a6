import type { SlurmEngineParams, SlurmPlacement } from '@gristmill/engine'
import type { KubernetesEngineParams } from '@gristmill/engine/kubernetes'
import { ConfigurationError, type ConfigurationFault } from './configuration-error.js'
import { defined } from './defined.js'
import type { Env } from './env.js'

/** Where runs are executed: in children of the datatrust, or by a cluster. */
export type EngineConfig =
  | { readonly kind: 'local' }
  | ({ readonly kind: 'slurm' } & SlurmEngineParams)
  | ({ readonly kind: 'kubernetes' } & KubernetesEngineParams)

type EngineVariable = Extract<keyof Env, `DATATRUST_${'SLURM' | 'KUBERNETES' | 'SPOOL'}_${string}` | 'DATATRUST_ENGINE'>
type EngineEnv = Partial<Pick<Env, EngineVariable>>

/** The engine that the environment describes. Throws ConfigurationError for half of one, or for parts of another. */
export function engineFromEnv(env: EngineEnv): EngineConfig {
  const { DATATRUST_ENGINE: kind = 'local' } = env
  const foreign = Object.entries(env).flatMap(([variable, value]) => {
    const [, of] = /^DATATRUST_(SLURM|KUBERNETES)_/.exec(variable) ?? []
    if (value === undefined || of === undefined || of.toLowerCase() === kind) return []
    return [{ variable, fault: `is for DATATRUST_ENGINE=${of.toLowerCase()}` }]
  })
  if (kind === 'slurm') return slurmFromEnv(env, foreign)
  if (kind === 'kubernetes') return kubernetesFromEnv(env, foreign)
  if (foreign.length > 0) throw new ConfigurationError(foreign)
  return { kind }
}

function slurmFromEnv(env: EngineEnv, foreign: readonly ConfigurationFault[]): EngineConfig {
  const { DATATRUST_SLURM_URL: url, DATATRUST_SPOOL_DIRECTORY: spoolDirectory } = env
  const { DATATRUST_SLURM_USER: user, DATATRUST_SLURM_TOKEN_FILE: tokenFile } = env
  const faults = [...foreign, ...missing({ DATATRUST_SLURM_URL: url, DATATRUST_SPOOL_DIRECTORY: spoolDirectory })]
  if ((user === undefined) !== (tokenFile === undefined)) {
    faults.push(...missing({ DATATRUST_SLURM_USER: user, DATATRUST_SLURM_TOKEN_FILE: tokenFile }))
  }
  if (faults.length > 0 || url === undefined || spoolDirectory === undefined) throw new ConfigurationError(faults)
  const placement: SlurmPlacement = defined({
    partition: env.DATATRUST_SLURM_PARTITION,
    constraint: env.DATATRUST_SLURM_CONSTRAINT,
    gres: env.DATATRUST_SLURM_GRES,
    account: env.DATATRUST_SLURM_ACCOUNT,
    qos: env.DATATRUST_SLURM_QOS,
    exclusive: env.DATATRUST_SLURM_EXCLUSIVE,
  })
  const auth = user === undefined || tokenFile === undefined ? {} : { auth: { user, tokenFile } }
  return { kind: 'slurm', url, spoolDirectory, placement, ...auth }
}

function kubernetesFromEnv(env: EngineEnv, foreign: readonly ConfigurationFault[]): EngineConfig {
  const { DATATRUST_SPOOL_DIRECTORY: spoolDirectory, DATATRUST_KUBERNETES_NAMESPACE: namespace } = env
  const { DATATRUST_KUBERNETES_IMAGE: image, DATATRUST_KUBERNETES_CLAIM: claim } = env
  const required = {
    DATATRUST_SPOOL_DIRECTORY: spoolDirectory,
    DATATRUST_KUBERNETES_NAMESPACE: namespace,
    DATATRUST_KUBERNETES_IMAGE: image,
    DATATRUST_KUBERNETES_CLAIM: claim,
  }
  const faults = [...foreign, ...missing(required)]
  if (faults.length > 0 || !spoolDirectory || !namespace || !image || !claim) throw new ConfigurationError(faults)
  const others = defined({
    kubeconfigFile: env.DATATRUST_KUBERNETES_CONFIG_FILE,
    runtimeClass: env.DATATRUST_KUBERNETES_RUNTIME_CLASS,
    nodeSelector: env.DATATRUST_KUBERNETES_NODE_SELECTOR,
  })
  return { kind: 'kubernetes', spoolDirectory, namespace, image, ...claim, ...others }
}

function missing(variables: Record<string, unknown>): ConfigurationFault[] {
  return Object.entries(variables)
    .filter(([, value]) => value === undefined)
    .map(([variable]) => ({ variable, fault: 'is missing beside others of the engine' }))
}
