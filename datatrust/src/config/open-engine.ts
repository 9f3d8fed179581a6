import { createLocalEngine, openSlurmEngine } from '@gristmill/engine'
import type { Engine, Executors } from '@gristmill/runner'
import type { EngineConfig } from './engine-config.js'

/** Where the runs of a datatrust are executed: this machine, or the cluster that it is told of. */
export async function openEngine(config: EngineConfig, executors: Executors): Promise<Engine> {
  if (config.kind === 'local') return createLocalEngine({ executors: executors.all })
  const { kind, ...cluster } = config
  if (kind === 'slurm') return openSlurmEngine(cluster as Extract<EngineConfig, { kind: 'slurm' }>)
  // Its client is large: who needs none does not load it.
  const { openKubernetesEngine } = await import('@gristmill/engine/kubernetes')
  return openKubernetesEngine(cluster as Extract<EngineConfig, { kind: 'kubernetes' }>)
}
