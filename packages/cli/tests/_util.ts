import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { run } from '../src/run.js'

export interface Outcome {
  code: number
  stdout: string
  stderr: string
}

/** Runs the command line in this process. */
export async function gristmill(
  argv: readonly string[],
  { cwd = tmpdir(), env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Outcome> {
  const outcome: Outcome = { code: -1, stdout: '', stderr: '' }
  outcome.code = await run(argv, {
    stdout: {
      write: (text) => {
        outcome.stdout += text
      },
    },
    stderr: {
      write: (text) => {
        outcome.stderr += text
      },
    },
    env,
    cwd,
  })
  return outcome
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
      ['vault', 'datatrusts', 'share', 'linearCurve', 'markets', 'listings', 'orders'].map((contract, index) => [
        contract,
        `0x${String(index + 1).repeat(40)}`,
      ]),
    ),
  },
  actors: { buyer: { keyFile: 'buyer.key' }, maker: { keyFile: 'maker.key' } },
  defaultActor: 'buyer',
}

/** Writes a profile and a key file for its buyer. */
export async function writeProfile(
  folder: string,
  profile: unknown,
  privateKey = `0x${'12'.repeat(32)}`,
): Promise<string> {
  const file = join(folder, 'profile.json')
  await writeFile(file, JSON.stringify(profile))
  await writeFile(join(folder, 'buyer.key'), `${privateKey}\n`, { mode: 0o600 })
  return file
}
