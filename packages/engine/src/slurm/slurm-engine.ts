import type { Engine } from '@gristmill/runner'
import { ClusterEngine, type ClusterEngineParams } from '../cluster/cluster-engine.js'
import { Spool } from '../spool/spool.js'
import { SlurmCluster, type SlurmClusterParams } from './slurm-cluster.js'

/** What `openSlurmEngine` takes. */
export interface SlurmEngineParams extends SlurmClusterParams, ClusterEngineParams {
  /** On a file system that every node mounts under the same path; for this user alone. */
  spoolDirectory: string
}

/** Engine of a cluster: jobs over slurmrestd, bytes over a spool that the nodes share. */
export async function openSlurmEngine(params: SlurmEngineParams): Promise<Engine> {
  const spool = await Spool.open({ directory: params.spoolDirectory, engine: 'slurm' })
  return new ClusterEngine(new SlurmCluster(params), spool, params)
}
