import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { loadKubeConfig } from '../src/kubernetes/kube-config.js'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gristmill-kubeconfig-'))
})
afterEach(() => vi.unstubAllEnvs())
afterAll(() => rm(directory, { recursive: true, force: true }))

const config = (cluster: object, current = 'x') => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'c', cluster }],
  users: [{ name: 'u', user: { token: 'secret' } }],
  contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
  'current-context': current,
})
const tls = { server: 'https://10.0.0.1:6443' }

async function load(text: string) {
  const file = join(directory, 'kubeconfig')
  await writeFile(file, text)
  return loadKubeConfig(file)
}

describe('a kubeconfig', () => {
  it('names the API server by its current context', async () => {
    expect((await load(JSON.stringify(config(tls)))).getCurrentCluster()?.server).toBe(tls.server)
  })

  it.each<[string, string]>([
    ['is no YAML', 'a: [secret'],
    ['is empty', ''],
    ['is a word', 'secret'],
    ['has no current context', JSON.stringify(config(tls, 'secret'))],
    ['has no server', JSON.stringify(config({}))],
    ['has a server that is no URL', JSON.stringify(config({ server: 'secret' }))],
    ['speaks without TLS', JSON.stringify(config({ server: 'http://secret:8080' }))],
  ])('that %s is refused at once, and nothing of it is told', async (_what, text) => {
    const error: Error = await load(text).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'ENGINE_REFUSED' })
    expect(error.message).not.toContain('secret')
  })

  it('that is not there is refused', () => {
    expect(() => loadKubeConfig(join(directory, 'nothing'))).toThrow(/cannot be read/)
  })
})

describe('without a kubeconfig', () => {
  it('it is the service account of the pod', async () => {
    const account = join(directory, 'pod/var/run/secrets/kubernetes.io/serviceaccount')
    await mkdir(account, { recursive: true })
    await writeFile(join(account, 'token'), 'of the pod')
    vi.stubEnv('KUBERNETES_SERVICE_HOST', 'fd00::1')
    vi.stubEnv('KUBERNETES_SERVICE_PORT', '443')
    const loaded = loadKubeConfig(undefined, join(directory, 'pod'))
    expect(loaded.getCurrentCluster()).toMatchObject({ server: 'https://[fd00::1]:443', skipTLSVerify: false })
    expect(loaded.getCurrentUser()?.authProvider.config.tokenFile).toBe(join(account, 'token'))
  })

  it('outside of a pod it is refused', () => {
    expect(() => loadKubeConfig(undefined, join(directory, 'elsewhere'))).toThrow(/no pod/)
  })
})
