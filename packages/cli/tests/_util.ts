import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { deploymentSchema } from '@gristmill/protocol'
import { onTestFinished } from 'vitest'
import type { Source } from '../src/io.js'
import { run } from '../src/run.js'

export interface Outcome {
  code: number
  stdout: string
  stderr: string
}

export interface Surroundings {
  cwd?: string
  env?: Record<string, string>
  /** What a person types, line by line, or nothing for ever; without it there is no terminal. */
  answers?: readonly string[] | 'never'
  /** What is piped in where there is no terminal. */
  piped?: string
  signal?: AbortSignal
  /** Filled while the run goes on, for one that ends only when it is interrupted. */
  into?: Outcome
}

/** Runs the command line in this process. */
export async function gristmill(
  argv: readonly string[],
  { cwd = tmpdir(), env = {}, answers, piped = '', signal = new AbortController().signal, into }: Surroundings = {},
): Promise<Outcome> {
  const outcome: Outcome = into ?? { code: -1, stdout: '', stderr: '' }
  const isTTY = answers !== undefined
  const stdin: Source = Object.assign(typing(answers ?? [], piped), { isTTY })
  outcome.code = await run(argv, {
    stdout: {
      write: (text) => {
        outcome.stdout += text
      },
    },
    stderr: {
      isTTY,
      write: (text) => {
        outcome.stderr += text
      },
    },
    stdin,
    env: { NO_COLOR: '1', ...env },
    cwd,
    now: () => performance.now(),
    signal,
  })
  return outcome
}

function typing(answers: readonly string[] | 'never', piped: string): Readable {
  if (answers === 'never') return new PassThrough()
  return Readable.from([answers.map((answer) => `${answer}\n`).join('') + piped], { objectMode: false })
}

/** A folder that is gone after the test. */
export async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gristmill-cli-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A profile for a chain that is not there. */
export const OFFLINE_PROFILE = {
  rpcUrl: 'http://127.0.0.1:9',
  datatrustUrl: 'http://127.0.0.1:9',
  deployment: {
    chainId: 31_337,
    deployedAtBlock: 1,
    ...Object.fromEntries(
      Object.keys(deploymentSchema.unwrap().omit({ chainId: true, deployedAtBlock: true }).shape).map(
        (contract, index) => [contract, `0x${(index + 1).toString(16).repeat(40)}`],
      ),
    ),
  },
  defaultKey: 'buyer',
}

/** Writes a profile and a key file for its buyer. */
export async function writeProfile(
  folder: string,
  profile: unknown,
  privateKey = `0x${'12'.repeat(32)}`,
): Promise<string> {
  const file = join(folder, 'profile.json')
  await writeFile(file, JSON.stringify(profile))
  await mkdir(join(folder, 'keys'), { mode: 0o700 })
  await writeFile(join(folder, 'keys', 'buyer.key'), `${privateKey}\n`, { mode: 0o600 })
  return file
}
