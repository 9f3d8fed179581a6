import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { EngineRefusedError, EngineUnavailableError } from '@gristmill/runner'
import { z } from 'zod'
import type { KubernetesClient } from './kubernetes-client.js'
import type { KubernetesJobs } from './kubernetes-jobs.js'
import { CANARY_ISOLATED, canaryManifest, type PodParams, policyManifest } from './manifests.js'

/** What `Isolation` takes. */
export interface IsolationParams extends PodParams {
  namespace: string
}

const ENGINE = 'kubernetes'
const CANARY_MS = 180_000
const LOOK_MS = 500

/** Whether pods of ours are cut off from the network, as a canary among them finds out. */
export class Isolation {
  readonly #client: KubernetesClient
  readonly #jobs: KubernetesJobs
  readonly #params: IsolationParams
  #proof: Promise<void> | undefined

  constructor(client: KubernetesClient, jobs: KubernetesJobs, params: IsolationParams) {
    this.#client = client
    this.#jobs = jobs
    this.#params = params
  }

  /** Once for each process: puts the policy there and has the canary fail. What went wrong is tried again. */
  prove(): Promise<void> {
    this.#proof ??= this.#sendCanary().catch((error: unknown) => {
      this.#proof = undefined
      throw error
    })
    return this.#proof
  }

  async #sendCanary(): Promise<void> {
    const { namespace } = this.#params
    const policy = { namespace, body: policyManifest() }
    await this.#client.ask(
      'create network policy',
      z.unknown(),
      ({ networking }) => networking.createNamespacedNetworkPolicy(policy),
      'AlreadyExists',
    )
    const name = `gristmill-canary-${randomBytes(4).toString('hex')}`
    await this.#jobs.create(canaryManifest(name, this.#params))
    try {
      const until = performance.now() + CANARY_MS
      for (;;) {
        const found = await this.#jobs.look(name)
        if (found === undefined || found.isOver) break
        if (performance.now() > until) throw new EngineUnavailableError(ENGINE, 'run the canary')
        await pause(LOOK_MS)
      }
      const [exit] = await this.#jobs.exits(name)
      if (exit?.exitCode === 0)
        throw new EngineRefusedError(
          ENGINE,
          'probe',
          'a pod reached the network: use a network plugin that keeps policies',
        )
      if (exit?.exitCode !== CANARY_ISOLATED)
        throw new EngineRefusedError(ENGINE, 'probe', 'the canary did not run: see its image')
    } finally {
      await this.#jobs.delete(name)
    }
  }
}
