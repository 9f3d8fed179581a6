import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { EngineNotIsolatedError, EngineRefusedError, EngineUnavailableError } from '@gristmill/runner'
import { z } from 'zod'
import { CANARY_ISOLATED } from './canary.js'
import type { KubernetesClient } from './kubernetes-client.js'
import type { KubernetesJobs } from './kubernetes-jobs.js'
import { canaryManifest, policyManifest } from './manifests.js'
import { isDenyAll, isOpening, policiesSchema } from './network-policies.js'
import type { PodParams } from './pod-params.js'

/** What `Isolation` takes. */
export interface IsolationParams extends PodParams {
  namespace: string
}

const ENGINE = 'kubernetes'
const CANARY_MS = 180_000
const LOOK_MS = 500
/** A network plugin may be exchanged while a datatrust runs for months. */
const PROOF_MS = 3_600_000
/** However many jobs ask, a cluster that failed is not tried again sooner. */
const REFUSAL_MS = 60_000

/** Whether pods of ours are cut off from the network, as the namespace's policies say and a canary finds out. */
export class Isolation {
  readonly #client: KubernetesClient
  readonly #jobs: KubernetesJobs
  readonly #params: IsolationParams
  readonly #closing = new AbortController()
  #proof: Promise<void> | undefined
  #isUntil = 0

  constructor(client: KubernetesClient, jobs: KubernetesJobs, params: IsolationParams) {
    this.#client = client
    this.#jobs = jobs
    this.#params = params
  }

  /** Returns if it was found so within the last hour, or is now. Throws an EngineNotIsolatedError if it is not. */
  prove(): Promise<void> {
    if (this.#proof !== undefined && performance.now() < this.#isUntil) return this.#proof
    this.#isUntil = Number.POSITIVE_INFINITY
    const proof = this.#examine()
    const keep = (ms: number) => {
      this.#isUntil = performance.now() + ms
    }
    proof.then(
      () => keep(PROOF_MS),
      (error: unknown) => keep(error instanceof EngineNotIsolatedError ? REFUSAL_MS : 0),
    )
    this.#proof = proof
    return proof
  }

  /** Waits for no canary any longer. */
  close(): void {
    this.#closing.abort()
  }

  async #examine(): Promise<void> {
    await this.#requirePolicy()
    const name = `gristmill-canary-${randomBytes(4).toString('hex')}`
    await this.#jobs.create(canaryManifest(name, this.#params))
    try {
      await this.#ended(name)
      const exits = await this.#jobs.exits(name)
      if (exits.some(({ exitCode }) => exitCode === 0))
        throw new EngineNotIsolatedError(ENGINE, 'a canary reached the API server, DNS or the metadata of the cloud')
      if (exits.length === 0 || exits.some(({ exitCode }) => exitCode !== CANARY_ISOLATED))
        throw new EngineRefusedError(
          ENGINE,
          'run a canary',
          'it did not come to its end: see its image, and the events of its pod',
        )
    } finally {
      await this.#jobs.delete(name)
    }
  }

  async #ended(name: string): Promise<void> {
    const until = performance.now() + CANARY_MS
    for (;;) {
      const found = await this.#jobs.look(name)
      if (found === undefined || found.isOver) return
      if (performance.now() > until || this.#closing.signal.aborted)
        throw new EngineUnavailableError(ENGINE, 'run a canary')
      await pause(LOOK_MS, undefined, { signal: this.#closing.signal }).catch(() => undefined)
    }
  }

  /** Puts the policy there unless the operator has, and looks whether another one undoes it. */
  async #requirePolicy(): Promise<void> {
    const { namespace } = this.#params
    const policies = async () => {
      const list = { namespace, limit: 500 }
      const found = await this.#client.ask('list network policies', policiesSchema, ({ networking }) =>
        networking.listNamespacedNetworkPolicy(list),
      )
      return found!.items
    }
    let found = await policies()
    if (!found.some(isDenyAll)) {
      const create = { namespace, body: policyManifest(), fieldValidation: 'Strict' }
      await this.#client.ask(
        'create network policy',
        z.unknown(),
        ({ networking }) => networking.createNamespacedNetworkPolicy(create),
        'AlreadyExists',
      )
      found = await policies()
    }
    const opening = found.find(isOpening)
    if (opening !== undefined)
      throw new EngineNotIsolatedError(ENGINE, `the network policy ${opening.metadata.name} opens pods of ours`)
    if (!found.some(isDenyAll)) throw new EngineNotIsolatedError(ENGINE, 'no network policy denies its pods everything')
  }
}
