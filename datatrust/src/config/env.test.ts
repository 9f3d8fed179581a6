import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createConfig, dockerOf } from './config.js'
import { ConfigurationError } from './configuration-error.js'
import { engineFromEnv } from './engine-config.js'
import { envSchema, readEnv } from './env.js'

const COMPLETE = {
  DATATRUST_ID: '1',
  DATATRUST_DATA_DIRECTORY: 'data',
  DATATRUST_RPC_URL: 'http://127.0.0.1:8545',
  DATATRUST_CHAIN_ID: '31337',
  DATATRUST_DEPLOYMENT_FILE: 'deployment.json',
}

describe('the environment', () => {
  it('is read with what is required, and nothing else of it is', () => {
    expect(readEnv({ ...COMPLETE, DATATRUST_PORT: '', HOME: '/' })).toMatchObject({ DATATRUST_ID: 1 })
  })

  it('is refused with all its faults at once, and without its values', () => {
    const environment = { ...COMPLETE, DATATRUST_ID: 'one', DATATRUST_PORT: '65536', DATATRUST_RPC_URL: 'secret://x' }
    const { DATATRUST_CHAIN_ID: _absent, ...faulty } = environment
    expect(() => readEnv(faulty)).toThrow(ConfigurationError)
    try {
      readEnv(faulty)
    } catch (error) {
      const { details, message } = error as ConfigurationError
      const faults = details.faults as { variable: string }[]
      expect(faults.map(({ variable }) => variable).toSorted()).toEqual([
        'DATATRUST_CHAIN_ID',
        'DATATRUST_ID',
        'DATATRUST_PORT',
        'DATATRUST_RPC_URL',
      ])
      expect(message).not.toContain('secret')
    }
  })

  it('names an image of containers, their engine and their runtime, for this machine', () => {
    const read = (docker: Record<string, string>) => dockerOf(readEnv({ ...COMPLETE, ...docker }))
    const image = `python@sha256:${'ab'.repeat(32)}`
    const [named, host] = [{ DATATRUST_DOCKER_IMAGE: image }, 'unix:///run/user/1000/docker.sock']
    expect(read({})).toBeUndefined()
    expect(read(named)).toEqual({ image })
    const all = { ...named, DATATRUST_DOCKER_HOST: host, DATATRUST_DOCKER_RUNTIME: 'runsc' }
    expect(read(all)).toEqual({ image, host, runtime: 'runsc' })
    for (const faulty of [
      { DATATRUST_DOCKER_HOST: host },
      { DATATRUST_DOCKER_RUNTIME: 'runsc' },
      { ...named, DATATRUST_DOCKER_HOST: 'tcp://10.0.0.1:2375' },
      { ...named, DATATRUST_ENGINE: 'slurm' },
      { DATATRUST_DOCKER_IMAGE: 'python:3' },
    ])
      expect(() => read(faulty)).toThrow(ConfigurationError)
  })

  it('names a cluster in full or not at all', () => {
    const read = (cluster: Record<string, string>) => engineFromEnv(readEnv({ ...COMPLETE, ...cluster }))
    const faultsOf = (cluster: Record<string, string>) => {
      try {
        return read(cluster)
      } catch (error) {
        return ((error as ConfigurationError).details.faults as { variable: string }[]).map(({ variable }) => variable)
      }
    }
    expect(faultsOf({})).toEqual({ kind: 'local' })
    expect(faultsOf({ DATATRUST_SLURM_URL: 'unix:/run/rest' })).toEqual(['DATATRUST_SLURM_URL'])
    expect(faultsOf({ DATATRUST_ENGINE: 'slurm', DATATRUST_SLURM_USER: 'mill' })).toEqual([
      'DATATRUST_SLURM_URL',
      'DATATRUST_SPOOL_DIRECTORY',
      'DATATRUST_SLURM_TOKEN_FILE',
    ])
    const whole = { DATATRUST_SLURM_URL: 'unix:/run/rest', DATATRUST_SPOOL_DIRECTORY: '/shared' }
    expect(read({ ...whole, DATATRUST_ENGINE: 'slurm', DATATRUST_SLURM_EXCLUSIVE: 'yes' })).toEqual({
      kind: 'slurm',
      url: 'unix:/run/rest',
      spoolDirectory: '/shared',
      placement: { exclusive: true },
    })
  })

  it('names a namespace of Kubernetes in full, and nothing of another engine', () => {
    const read = (cluster: Record<string, string>) => engineFromEnv(readEnv({ ...COMPLETE, ...cluster }))
    const image = `registry.example/mill/gristmill@sha256:${'0'.repeat(64)}`
    const whole = {
      DATATRUST_ENGINE: 'kubernetes',
      DATATRUST_SPOOL_DIRECTORY: '/claim/spool',
      DATATRUST_KUBERNETES_NAMESPACE: 'gristmill',
      DATATRUST_KUBERNETES_IMAGE: image,
      DATATRUST_KUBERNETES_CLAIM: 'gristmill-spool/spool',
    }
    const cluster = { spoolDirectory: '/claim/spool', namespace: 'gristmill', image, claim: 'gristmill-spool' }
    expect(read(whole)).toEqual({ kind: 'kubernetes', ...cluster, claimPath: 'spool' })
    expect(
      read({
        ...whole,
        DATATRUST_KUBERNETES_CLAIM: 'gristmill-spool',
        DATATRUST_KUBERNETES_CONFIG_FILE: '/etc/kubeconfig',
        DATATRUST_KUBERNETES_RUNTIME_CLASS: 'gvisor',
        DATATRUST_KUBERNETES_NODE_SELECTOR: 'example.org/dataset=a, zone=b',
      }),
    ).toEqual({
      kind: 'kubernetes',
      ...cluster,
      kubeconfigFile: '/etc/kubeconfig',
      runtimeClass: 'gvisor',
      nodeSelector: { 'example.org/dataset': 'a', zone: 'b' },
    })
    const faultsOf = (changed: Record<string, string>) => {
      try {
        return read({ ...whole, ...changed })
      } catch (error) {
        return ((error as ConfigurationError).details.faults as { variable: string }[]).map(({ variable }) => variable)
      }
    }
    for (const [variable, value] of [
      ['DATATRUST_KUBERNETES_NAMESPACE', 'Grist_mill'],
      ['DATATRUST_KUBERNETES_IMAGE', 'registry.example/gristmill:latest'],
      ['DATATRUST_KUBERNETES_CLAIM', 'spool/../others'],
      ['DATATRUST_KUBERNETES_CLAIM', '/spool'],
      ['DATATRUST_KUBERNETES_RUNTIME_CLASS', 'g visor'],
      ['DATATRUST_KUBERNETES_NODE_SELECTOR', 'dataset'],
      ['DATATRUST_SPOOL_DIRECTORY', 'spool'],
      ['DATATRUST_SLURM_PARTITION', 'enclave'],
    ] as const)
      expect([value, faultsOf({ [variable]: value })]).toEqual([value, [variable]])
    expect(faultsOf({ DATATRUST_KUBERNETES_IMAGE: '', DATATRUST_KUBERNETES_CLAIM: '' })).toEqual([
      'DATATRUST_KUBERNETES_IMAGE',
      'DATATRUST_KUBERNETES_CLAIM',
    ])
    expect(faultsOf({ DATATRUST_ENGINE: 'local' })).toHaveLength(3)
  })

  it('is told in full by the README', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    const rows = [...readme.matchAll(/^\| `(DATATRUST_\w+)`\s+\| (.+?)\s+\|/gm)].map(([, name, value]) => [name, value])
    expect(rows.map(([name]) => name)).toEqual(Object.keys(envSchema.shape))
    const required = rows.filter(([, value]) => value === 'required').map(([name]) => name)
    expect(required).toEqual(Object.keys(COMPLETE))
    const { limits, terms, settlement, chain, host, http } = createConfig({
      datatrust: 1,
      dataDirectory: 'data',
      chain: { rpcUrl: 'http://127.0.0.1:1', chainId: 1n, deployment: {} as never },
    })
    const settling = { settleBatch: settlement.batchOrders, settleWaitSeconds: settlement.waitSeconds }
    const defaults = { ...limits, ...terms, ...settling, ...chain, ...http, host }
    for (const [name, value] of rows) {
      const key = name!
        .slice('DATATRUST_'.length)
        .toLowerCase()
        .replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase())
      if (value === 'required' || !(key in defaults)) continue
      expect(value, name).toBe(`\`${defaults[key as keyof typeof defaults]}\``)
    }
  })
})
