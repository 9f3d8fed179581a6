import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Job } from 'kubernetes-models/batch/v1'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import { Role, RoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1'
import { Namespace, PersistentVolumeClaim, ServiceAccount } from 'kubernetes-models/v1'
import { describe, expect, it } from 'vitest'
import { CANARY, CANARY_ISOLATED } from '../src/kubernetes/canary.js'
import { canaryManifest, jobManifest, policyManifest } from '../src/kubernetes/manifests.js'
import { isDenyAll, isOpening, policiesSchema } from '../src/kubernetes/network-policies.js'
import { SHIPPED } from './_kubernetes-api.js'

const pods = { image: 'registry.example/gristmill:1', claim: 'spool', runtimeClass: 'gvisor', uid: 1_000, gid: 1_000 }
const described = jobManifest({ ...pods, name: 'x', key: 'x', tasks: 2, seconds: 60, memoryMiB: 600, cpus: 1 })

describe('the manifests', () => {
  it('are valid', () => {
    for (const manifest of [described, canaryManifest('canary', pods)]) new Job(manifest as never).validate()
    new NetworkPolicy(policyManifest() as never).validate()
    const spoilt = { ...described, spec: { ...described.spec, completions: 'two' } }
    expect(() => new Job(spoilt as never).validate()).toThrow()
  })

  it('give a pod no rights, no network and nothing to write to but its job', () => {
    const { spec } = described.spec!.template
    expect(spec).toMatchObject({
      runtimeClassName: 'gvisor',
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    })
    expect(spec?.containers[0]).toMatchObject({
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
      volumeMounts: [{ mountPath: '/job', subPath: 'jobs/x' }, { mountPath: '/tmp' }],
    })
    expect(policyManifest().spec).toMatchObject({ policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [] })
    expect(policyManifest().spec?.podSelector?.matchLabels).toEqual(described.spec!.template.metadata!.labels)
  })

  it('mount a directory of the claim where the spool lies in one', () => {
    const params = { ...pods, claimPath: 'a/b', name: 'x', key: 'x', tasks: 1, seconds: 1, memoryMiB: 1, cpus: 1 }
    const [container] = jobManifest(params).spec!.template.spec!.containers
    expect(container!.volumeMounts?.[0]).toMatchObject({ subPath: 'a/b/jobs/x' })
  })

  it('go where the labels of a node say', () => {
    const nodeSelector = { dataset: 'a' }
    const spec = canaryManifest('canary', { ...pods, nodeSelector }).spec!.template.spec
    expect(spec).toMatchObject({ nodeSelector, runtimeClassName: 'gvisor' })
  })
})

describe('what is shipped for operators', () => {
  it('is valid, and its policy is the one of the engine', () => {
    const models = { Namespace, NetworkPolicy, ServiceAccount, Role, RoleBinding, PersistentVolumeClaim }
    const kinds = SHIPPED.map(({ kind }) => kind as keyof typeof models)
    expect(new Set(kinds)).toEqual(new Set(Object.keys(models)))
    for (const [index, kind] of kinds.entries()) new models[kind](SHIPPED[index]).validate()
    const policy = SHIPPED[kinds.indexOf('NetworkPolicy')]
    expect(policy).toEqual({ ...policyManifest(), metadata: { ...policyManifest().metadata, namespace: 'gristmill' } })
  })
})

describe('a network policy', () => {
  const of = (spec: object) =>
    policiesSchema.parse({ kind: 'NetworkPolicyList', items: [{ metadata: { name: 'p' }, spec }] }).items[0]!
  const dns = { egress: [{ ports: [{ port: 53, protocol: 'UDP' }] }] }

  it('denies everything where it selects our pods, both ways, without a rule', () => {
    const both = { policyTypes: ['Ingress', 'Egress'] }
    expect(isDenyAll(of(policyManifest().spec!))).toBe(true)
    expect(isDenyAll(of({ podSelector: {}, ...both }))).toBe(true)
    expect(isDenyAll(of({ podSelector: {}, policyTypes: ['Ingress'] }))).toBe(false)
    expect(isDenyAll(of({ podSelector: { matchLabels: { app: 'db' } }, ...both }))).toBe(false)
    expect(isDenyAll(of({ podSelector: {}, ...both, ...dns }))).toBe(false)
  })

  it.each<[boolean, string, object]>([
    [true, 'lets all pods ask DNS', { podSelector: {}, ...dns }],
    [true, 'lets ours', { podSelector: { matchLabels: { 'app.kubernetes.io/managed-by': 'gristmill' } }, ...dns }],
    [
      true,
      'lets pods of Jobs',
      { podSelector: { matchExpressions: [{ key: 'job-name', operator: 'Exists' }] }, ...dns },
    ],
    [true, 'lets in', { podSelector: {}, ingress: [{}] }],
    [false, 'lets others', { podSelector: { matchLabels: { app: 'db' } }, ...dns }],
    [
      false,
      'lets all but ours',
      {
        podSelector: {
          matchExpressions: [{ key: 'app.kubernetes.io/managed-by', operator: 'NotIn', values: ['gristmill'] }],
        },
        ...dns,
      },
    ],
    [false, 'lets nobody', { podSelector: {}, policyTypes: ['Egress'] }],
  ])('opens our pods: %s, where it %s', (isOpen, _what, spec) => {
    expect(isOpening(of(spec))).toBe(isOpen)
  })
})

describe('the canary', () => {
  const isCut = spawnSync('unshare', ['-rn', 'true']).status === 0
  const run = async (launcher: string[], env: Record<string, string>) => {
    const [command, ...args] = [...launcher, process.execPath, '-e', CANARY]
    const [code] = await once(
      spawn(command!, args, { stdio: 'ignore', env: { PATH: process.env.PATH, ...env } }),
      'exit',
    )
    return code as number
  }
  const to = (port: number) => ({ KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(port) })

  it('ends with 0 where it reaches the API server, and with 42 where the same server is out of its reach', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect(await run([], to(port))).toBe(0)
    if (isCut) expect(await run(['unshare', '-rn'], to(port))).toBe(CANARY_ISOLATED)
    server.close()
  })

  it('is no proof where it does not know what to reach', async () => {
    expect(await run([], {})).toBe(1)
  })
})
