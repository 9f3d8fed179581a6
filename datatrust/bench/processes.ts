import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Crowd, CrowdResult } from './children/crowd.ts'
import type { Transfer, Transferred } from './children/transfer.ts'
import type { Place } from './place.ts'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const PEAK_MEMORY = new URL('../tests/children/peak-memory.ts', import.meta.url).href
const child = (name: string) => fileURLToPath(new URL(`children/${name}.ts`, import.meta.url))

/** A server in a process of its own. */
export interface Served {
  url: string
  process: ChildProcess
  /** Of its resident memory so far, MiB; of a datatrust only. */
  peakMib(): Promise<number>
  end(): Promise<void>
}

/** The datatrust of a place, as an operator starts it; it looks at the chain ten times as often unless told otherwise. */
export async function serveDatatrust(
  { localnet, directory, datatrust, databaseUrl }: Place,
  { pollIntervalMs = 100 } = {},
): Promise<Served> {
  const deploymentFile = join(directory, 'deployment.json')
  await writeFile(deploymentFile, JSON.stringify(localnet.deployment))
  const env = {
    ...process.env,
    DATATRUST_ID: String(datatrust),
    DATATRUST_DATA_DIRECTORY: directory,
    DATATRUST_RPC_URL: localnet.url,
    DATATRUST_CHAIN_ID: String(localnet.chainId),
    DATATRUST_DEPLOYMENT_FILE: deploymentFile,
    DATATRUST_PORT: '0',
    DATATRUST_POLL_INTERVAL_MS: String(pollIntervalMs),
    DATATRUST_LOG_LEVEL: 'error',
    DATATRUST_UNENCRYPTED_KEYS: 'yes',
    DATATRUST_REQUESTS_PER_MINUTE: '1000000',
    ...(databaseUrl === undefined ? {} : { DATATRUST_DATABASE_URL: databaseUrl }),
  }
  return serve(spawn(process.execPath, ['--import', PEAK_MEMORY, MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] }))
}

/** The plain file server that deliveries are compared with. */
export function serveFile(path: string): Promise<Served> {
  return serve(spawn(process.execPath, [child('file-server'), path], { stdio: ['ignore', 'pipe', 'inherit'] }))
}

async function serve(server: ChildProcess): Promise<Served> {
  const lines = createInterface({ input: server.stdout! })
  const ended = once(server, 'exit')
  const [line] = (await Promise.race([once(lines, 'line'), ended.then(() => [])])) as [string?]
  if (line === undefined) throw new Error('a server ended before it served')
  return {
    url: (JSON.parse(line) as { url: string }).url,
    process: server,
    peakMib: async () => {
      server.kill('SIGUSR2')
      const [answer] = (await once(lines, 'line')) as [string]
      return (JSON.parse(answer) as { peakMib: number }).peakMib
    },
    end: async () => {
      server.kill('SIGTERM')
      await ended
    },
  }
}

/** MB/s (10^6 bytes) of one transfer by a client in a process of its own. */
export async function transfer(params: Transfer): Promise<number> {
  const { bytes, ms } = JSON.parse(
    await output(process.execPath, [child('transfer'), JSON.stringify(params)]),
  ) as Transferred
  return bytes / ms / 1_000
}

/** Many downloads at once, in a process of their own. */
export async function crowd(params: Crowd): Promise<CrowdResult> {
  return JSON.parse(await output(process.execPath, [child('crowd')], JSON.stringify(params))) as CrowdResult
}

/** Runs a command; gives what it prints. */
export async function output(command: string, args: readonly string[], input = ''): Promise<string> {
  const running = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  running.stdin.end(input)
  const ended = once(running, 'exit')
  let text = ''
  for await (const chunk of running.stdout) text += chunk
  const [code] = await ended
  if (code !== 0) throw new Error(`${command} ended with ${code}`)
  return text
}
