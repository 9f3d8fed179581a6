import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { EngineRefusedError } from '@gristmill/runner'
import { KubeConfig } from '@kubernetes/client-node'

/** What a pod with a service account finds there. */
const TOKEN_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/**
 * Where the API server is and who asks it: as the file says, or without one as the service account of the pod that this
 * process is in, below `root`. Throws an EngineRefusedError for anything that cannot be used, without a word of what is in it.
 */
export function loadKubeConfig(file: string | undefined, root = ''): KubeConfig {
  const config = new KubeConfig()
  if (file === undefined) {
    if (!existsSync(join(root, TOKEN_FILE)))
      throw refused('there is no kubeconfig file, and this is no pod with a service account')
    config.loadFromCluster(root)
  } else {
    try {
      config.loadFromFile(file)
    } catch {
      throw refused('the kubeconfig file cannot be read, or is none')
    }
  }
  const cluster = config.getCurrentCluster()
  if (!cluster || !config.getCurrentUser()) throw refused('its current context names no cluster, or no user')
  if (!URL.canParse(cluster.server)) throw refused('the server of its current context is no URL')
  if (cluster.server.startsWith('http:') && !cluster.skipTLSVerify)
    throw refused('the server of its current context is spoken to without TLS')
  return config
}

const refused = (reason: string) => new EngineRefusedError('kubernetes', 'read the kubeconfig', reason)
