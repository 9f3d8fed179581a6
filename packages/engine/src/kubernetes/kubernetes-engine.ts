import { type Engine, EngineRefusedError } from '@gristmill/runner'
import { ClusterEngine, type ClusterEngineParams } from '../cluster/cluster-engine.js'
import { Spool } from '../spool/spool.js'
import { KubernetesCluster, type KubernetesClusterParams } from './kubernetes-cluster.js'

/** What `openKubernetesEngine` takes. */
export interface KubernetesEngineParams extends Omit<KubernetesClusterParams, 'uid' | 'gid'>, ClusterEngineParams {
  /** Where the claim is mounted here, or a directory in it; for this user alone, who is not root. */
  spoolDirectory: string
}

/**
 * Engine of a Kubernetes namespace: an Indexed Job for each of ours, bytes over a claim that datatrust and pods mount. Nothing
 * is submitted before a canary has failed to reach the network.
 */
export async function openKubernetesEngine(params: KubernetesEngineParams): Promise<Engine> {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  if (uid === 0)
    throw new EngineRefusedError('kubernetes', 'open', 'pods run as the user of the datatrust, which may not be root')
  const cluster = new KubernetesCluster({ ...params, uid, gid })
  const spool = await Spool.open({ directory: params.spoolDirectory, engine: 'kubernetes' })
  return new ClusterEngine(cluster, spool, params)
}
