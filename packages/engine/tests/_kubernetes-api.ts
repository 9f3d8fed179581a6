import { readFileSync } from 'node:fs'
import { createServer as createHttp, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { loadAllYaml, type V1Job, type V1NetworkPolicy, type V1PolicyRule, type V1Role } from '@kubernetes/client-node'
import { Job } from 'kubernetes-models/batch/v1'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import { type Certificate, makeCertificate } from './_certificate.js'
import { JobPods, type PodsParams } from './_kubernetes-pods.js'

/** What is shipped for operators. */
export const SHIPPED = loadAllYaml(readFileSync(new URL('../kubernetes/namespace.yaml', import.meta.url), 'utf8'))

const NAMESPACE = 'gristmill'
const TOKEN = 'token of the datatrust'
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/
const QUANTITY = /^[0-9]+(m|Mi)?$/

export interface Asked {
  method: string
  path: string
  body: unknown
}
/** Answers instead of the API, or undefined. */
export type Fault = (asked: Asked) => ((response: ServerResponse) => void) | undefined

/** The part of a Kubernetes API server that an engine speaks with: what it is sent is validated, and its Jobs really run. */
export interface KubernetesApi extends AsyncDisposable {
  /** In JSON, which is YAML. */
  kubeconfig: string
  asked: Asked[]
  jobs: Map<string, JobPods>
  policies: V1NetworkPolicy[]
  /** What the account may do; at first: what the shipped Role says. */
  rules: V1PolicyRule[]
  /** Asked first; may be set to another at any time. */
  fault: Fault
  /** True for what it does and does not answer. */
  loses: (asked: Asked) => boolean
  /** Hangs up on everybody. */
  stop(): Promise<void>
  /** Listens again where it did. */
  start(): Promise<void>
}

export interface KubernetesApiParams extends PodsParams {
  /** Pods of one page, whatever is asked for; default: as many as are asked for. */
  page?: number
}

let certificate: Certificate | undefined

export async function startKubernetesApi(params: KubernetesApiParams): Promise<KubernetesApi> {
  certificate ??= makeCertificate()
  const role = SHIPPED.find(({ kind }: { kind?: string }) => kind === 'Role') as V1Role
  const policy = SHIPPED.find(({ kind }: { kind?: string }) => kind === 'NetworkPolicy') as V1NetworkPolicy
  const state = {
    asked: [] as Asked[],
    jobs: new Map<string, JobPods>(),
    policies: [policy],
    rules: role.rules!,
    fault: (() => undefined) as Fault,
    loses: (_asked: Asked) => false,
  }
  const listener: RequestListener = async (request, response) => {
    const body = await bodyOf(request)
    const asked = { method: request.method!, path: request.url!, body }
    state.asked.push(asked)
    const instead = state.fault(asked)
    if (instead !== undefined) return instead(response)
    const [code, json] =
      request.headers.authorization === `Bearer ${TOKEN}` ? answer(asked) : status(401, 'Unauthorized', 'who is it?')
    if (state.loses(asked)) response.destroy()
    else send(response, code, json)
  }
  const answer = ({ method, path, body }: Asked): [number, object] => {
    const { pathname, searchParams } = new URL(path, 'http://api')
    const [, root, group, namespace, resource, name, more] =
      /^\/(apis\/[a-z0-9.]+|api)\/(?:v1)\/namespaces\/([^/]+)\/([a-z]+)(?:\/([^/]+))?(.*)$/
        .exec(pathname)
        ?.flatMap((part, index) => (index === 1 ? [part, part.slice('apis/'.length)] : [part])) ?? []
    if (root === undefined || more !== '') return status(404, 'NotFound', 'there is no such path')
    const verb = method === 'GET' ? (name === undefined ? 'list' : 'get') : { POST: 'create', DELETE: 'delete' }[method]
    const isAllowed = state.rules.some(
      ({ apiGroups, resources, verbs }) =>
        apiGroups?.includes(group!) && resources?.includes(resource!) && verbs.includes(verb!),
    )
    if (!isAllowed || namespace !== NAMESPACE) return status(403, 'Forbidden', `it may not ${verb} ${resource}`)
    const pods = name === undefined ? undefined : state.jobs.get(name)
    switch (`${verb} ${resource}`) {
      case 'create jobs': {
        const created = body as V1Job
        const fault = faultOf(created)
        if (fault !== undefined) return status(422, 'Invalid', fault)
        const { name: given } = created.metadata!
        if (state.jobs.has(given!)) return status(409, 'AlreadyExists', `jobs.batch "${given}" already exists`)
        state.jobs.set(given!, new JobPods(created, params))
        return [201, created]
      }
      case 'get jobs':
        return pods === undefined ? notFound(name!) : [200, { ...pods.job, status: pods.status }]
      case 'delete jobs':
        if (pods === undefined) return notFound(name!)
        pods.close()
        state.jobs.delete(name!)
        return [200, { kind: 'Status', apiVersion: 'v1', status: 'Success' }]
      case 'list pods': {
        const [, of] = /^batch\.kubernetes\.io\/job-name=(.+)$/.exec(searchParams.get('labelSelector') ?? '') ?? []
        const all = state.jobs.get(of!)?.pods ?? []
        const from = Number(searchParams.get('continue') ?? 0)
        const to = from + (params.page ?? Number(searchParams.get('limit')))
        const metadata = to < all.length ? { continue: String(to) } : {}
        return [200, { kind: 'PodList', apiVersion: 'v1', metadata, items: all.slice(from, to) }]
      }
      case 'list networkpolicies':
        return [200, { kind: 'NetworkPolicyList', apiVersion: 'networking.k8s.io/v1', items: state.policies }]
      case 'create networkpolicies':
        new NetworkPolicy(body as never).validate()
        state.policies.push(body as V1NetworkPolicy)
        return [201, body as object]
      default:
        return status(405, 'MethodNotAllowed', 'it is not for that')
    }
  }
  const server = certificate === undefined ? createHttp(listener) : createHttps(certificate, listener)
  let port = 0
  const start = async () => {
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  }
  const stop = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  await start()
  return Object.assign(state, {
    kubeconfig: JSON.stringify(kubeconfigOf(port)),
    start,
    stop,
    async [Symbol.asyncDispose]() {
      for (const pods of state.jobs.values()) pods.close()
      if (server.listening) await stop()
    },
  })
}

function kubeconfigOf(port: number): object {
  const cluster = certificate
    ? {
        server: `https://127.0.0.1:${port}`,
        'certificate-authority-data': Buffer.from(certificate.cert).toString('base64'),
      }
    : { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true }
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: { token: TOKEN } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  }
}

/** What the API refuses beside what its schema does. */
function faultOf(job: V1Job): string | undefined {
  try {
    new Job(job as never).validate()
  } catch (error) {
    return String(error)
  }
  const { template, completions, completionMode, podFailurePolicy } = job.spec!
  const { restartPolicy, containers, volumes = [], securityContext } = template.spec!
  const [container] = containers
  const { limits = {}, requests = {} } = container!.resources ?? {}
  const mounted = container!.volumeMounts ?? []
  if (!NAME.test(job.metadata?.name ?? '')) return 'metadata.name'
  if (completionMode !== 'Indexed' || !completions) return 'spec.completions'
  if (podFailurePolicy !== undefined && restartPolicy !== 'Never') return 'spec.template.spec.restartPolicy'
  if (!Object.values({ ...limits, ...requests }).every((value) => QUANTITY.test(value))) return 'resources'
  if (!mounted.every(({ name }) => volumes.some((volume) => volume.name === name))) return 'volumeMounts'
  if (mounted.some(({ subPath = '' }) => subPath.startsWith('/') || subPath.split('/').includes('..'))) return 'subPath'
  // What the label of the shipped namespace enforces.
  const { allowPrivilegeEscalation, capabilities } = container!.securityContext ?? {}
  const isRestricted =
    securityContext?.runAsNonRoot === true &&
    securityContext.runAsUser !== 0 &&
    securityContext.seccompProfile?.type === 'RuntimeDefault' &&
    allowPrivilegeEscalation === false &&
    capabilities?.drop?.includes('ALL') === true
  return isRestricted ? undefined : 'violates PodSecurity "restricted:latest"'
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  return text === '' ? undefined : JSON.parse(text)
}

const notFound = (name: string) => status(404, 'NotFound', `jobs.batch "${name}" not found`)

function status(code: number, reason: string, message: string): [number, object] {
  return [code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message }]
}

/** Answers as the API does. */
export function send(response: ServerResponse, code: number, json: object, headers: Record<string, string> = {}): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json))
}
