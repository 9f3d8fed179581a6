import { createLocalEngine, openSlurmEngine } from '@gristmill/engine'
import type { Engine, Executors } from '@gristmill/runner'
import type { EngineConfig } from './engine-config.js'

/** Where the runs of a datatrust are executed: this machine, or the cluster that it is told of. */
export async function openEngine(config: EngineConfig, executors: Executors): Promise<Engine> {
  if (config.kind === 'local') return createLocalEngine({ executors: executors.all })
  const { kind: _kind, ...slurm } = config
  return openSlurmEngine(slurm)
}
