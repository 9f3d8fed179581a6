import type { TestProject } from 'vitest/node'
import { PostgresServer } from '../datatrust/tests/_postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of a PostgreSQL server under which every stage of a datatrust gets a database; absent: the embedded one. */
    postgresServer?: string
  }
}

/** Starts one PostgreSQL server for all tests of a run. */
export default async function startPostgresServer(project: TestProject): Promise<() => Promise<void>> {
  const server = await PostgresServer.start()
  project.provide('postgresServer', server.url)
  return () => server[Symbol.asyncDispose]()
}
