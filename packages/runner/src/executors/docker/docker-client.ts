import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { DockerOptions } from './docker-command.js'

/** An engine that hangs must not hang the runner. */
const CLIENT_TIMEOUT_MS = 20_000
const ANSWER_BYTES_MAX = 4 * 1024 * 1024

/** Environment of every command of the client: nothing of the runner's. */
export const CLIENT_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin' } as const

const run = promisify(execFile)

/** The client, and which engine it asks. */
export const clientOf = ({ host }: Pick<DockerOptions, 'host'>): [string, ...string[]] =>
  host === undefined ? ['docker'] : ['docker', '--host', host]

/** What a command of the client prints; undefined if it fails or takes too long. */
export async function ask(options: DockerOptions, args: readonly string[]): Promise<string | undefined> {
  try {
    const [file, ...client] = clientOf(options)
    const { stdout } = await run(file, [...client, ...args], {
      env: CLIENT_ENV,
      timeout: options.patienceMs ?? CLIENT_TIMEOUT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: ANSWER_BYTES_MAX,
    })
    return stdout.trim()
  } catch {
    return undefined
  }
}
