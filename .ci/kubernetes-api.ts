import { appendFileSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startKubernetesApi } from '../packages/engine/tests/_kubernetes-api.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A Kubernetes API whose Jobs run on this machine, for the tests of packages other than the engine's. */
    kubernetesApi: {
      /** In JSON, which is YAML. */
      kubeconfig: string
      /** What its pods find mounted of a claim. */
      claimDirectory: string
      /** Its pods reach the network while this file exists. */
      leakFile: string
      /** What it was asked, a line of JSON for each: method, path, body. */
      auditFile: string
    }
  }
}

/** Of a datatrust on Kubernetes, which is never root; who runs the tests may be. */
const USER = 1_000
const [REACHED_NETWORK, REACHED_NOTHING] = [0, 42] as const

/** Starts the double of a Kubernetes API that the engine is tested with, once for all tests of a run that need it. */
export default async function serveKubernetesApi(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'gristmill-kubernetes-'))
  const [claimDirectory, leakFile, auditFile] = [
    join(directory, 'claim'),
    join(directory, 'leak'),
    join(directory, 'audit'),
  ]
  mkdirSync(claimDirectory, { mode: 0o700 })
  if (process.getuid?.() === 0) chownSync(claimDirectory, USER, USER)
  const api = await startKubernetesApi({
    claimDirectory,
    get canary() {
      return existsSync(leakFile) ? REACHED_NETWORK : REACHED_NOTHING
    },
  })
  api.fault = (asked) => {
    appendFileSync(auditFile, `${JSON.stringify(asked)}\n`)
    return undefined
  }
  project.provide('kubernetesApi', { kubeconfig: api.kubeconfig, claimDirectory, leakFile, auditFile })
  return async () => {
    await api[Symbol.asyncDispose]()
    rmSync(directory, { recursive: true, force: true })
  }
}
