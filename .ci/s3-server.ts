import type { TestProject } from 'vitest/node'
import { missingSwift, startSwift } from '../packages/storage/tests/_swift.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A real S3 server for the tests of a run; absent where there is none. */
    s3Server?: { endpoint: string; accessKeyId: string; secretAccessKey: string }
  }
}

/** Starts one S3 server for all tests of a run that need one, if the system has it. */
export default async function startS3Server(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (missingSwift !== undefined) {
    console.warn(`skipped: the tests against an S3 server, as ${missingSwift}`)
    return undefined
  }
  const { close, ...server } = await startSwift()
  project.provide('s3Server', server)
  return close
}
