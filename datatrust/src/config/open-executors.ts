import { createExecutors, type Executors, findExecutors } from '@gristmill/runner'
import type { Config } from './config.js'

/** What runs algorithms where the engine brings them to, as far as this machine can do the same. */
export async function openExecutors({ docker, engine }: Pick<Config, 'docker' | 'engine'>): Promise<Executors> {
  const found = await findExecutors({ docker, spares: engine.kind === 'local' ? 1 : 0 })
  if (engine.kind !== 'kubernetes') return found
  // A sandbox of its own is what a pod may not make.
  return createExecutors(found.all.filter((executor) => !executor.capabilities().runtimes.includes('python')))
}
