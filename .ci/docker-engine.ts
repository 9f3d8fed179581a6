import type { TestProject } from 'vitest/node'
import { DockerEngine, NO_DOCKER } from '../packages/runner/tests/_docker-engine.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A real Docker engine with an image of Python for the tests of a run; absent where there is none. */
    dockerEngine?: { host: string; image: string }
  }
}

/** Starts one Docker engine for all tests of a run that need one, if the system has it and lets it be started. */
export default async function startDockerEngine(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const skip = (reason: string) => {
    console.warn(`skipped: the tests against a Docker engine, as ${reason}`)
    return undefined
  }
  if (NO_DOCKER !== undefined) return skip(NO_DOCKER)
  let engine: DockerEngine
  try {
    engine = await DockerEngine.start()
  } catch (error) {
    return skip(error instanceof Error ? error.message : 'it does not start')
  }
  try {
    project.provide('dockerEngine', { host: engine.host, image: await engine.importPython() })
  } catch (error) {
    await engine[Symbol.asyncDispose]()
    throw error
  }
  return () => engine[Symbol.asyncDispose]()
}
