import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Stage } from './_util.js'
import type { BigClientParams, BigClientResult } from './children/big-client.js'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const CLIENT = fileURLToPath(new URL('children/big-client.ts', import.meta.url))
const PEAK_MEMORY = new URL('children/peak-memory.ts', import.meta.url).href

/** What neither side may need, MiB of resident memory. */
const PEAK_MAX_MIB = 400
/** How much more than for a small file. */
const FLAT_RATIO = 1.5

/** Throws for a process that took too much for a big file, by itself or beside what a small one took. */
export function requireFlat(who: string, peakMib: number, smallPeakMib = Number.POSITIVE_INFINITY): void {
  const maxMib = Math.min(PEAK_MAX_MIB, FLAT_RATIO * smallPeakMib)
  if (!(peakMib < maxMib)) throw new RangeError(`${who} took ${Math.round(peakMib)} MiB, more than ${maxMib}`)
}

/** A datatrust as an operator runs it: its own main, in its own process. */
export class DatatrustProcess {
  readonly url: string
  readonly child: ChildProcess
  readonly #lines: Interface

  private constructor(child: ChildProcess, lines: Interface, url: string) {
    this.child = child
    this.#lines = lines
    this.url = url
  }

  static async start(
    stage: Stage,
    { databaseUrl = '', variables = {} }: { databaseUrl?: string; variables?: Record<string, string> } = {},
  ): Promise<DatatrustProcess> {
    const { chain } = stage.params
    // Several may start at once.
    const deploymentFile = join(stage.directory, `deployment-${randomUUID()}.json`)
    await writeFile(deploymentFile, JSON.stringify(chain.deployment))
    const env = {
      ...process.env,
      DATATRUST_ID: String(stage.datatrust),
      DATATRUST_DATA_DIRECTORY: stage.directory,
      DATATRUST_RPC_URL: chain.rpcUrl,
      DATATRUST_CHAIN_ID: String(chain.chainId),
      DATATRUST_DEPLOYMENT_FILE: deploymentFile,
      DATATRUST_PORT: '0',
      DATATRUST_DATABASE_URL: databaseUrl,
      DATATRUST_POLL_INTERVAL_MS: '100',
      DATATRUST_LOG_LEVEL: 'silent',
      ...variables,
    }
    const child = spawn(process.execPath, ['--import', PEAK_MEMORY, MAIN], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines = createInterface({ input: child.stdout! })
    const [line] = (await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => [])])) as [string?]
    if (line === undefined) throw new Error('the datatrust ended before it served')
    return new DatatrustProcess(child, lines, (JSON.parse(line) as { url: string }).url)
  }

  async peakMib(): Promise<number> {
    this.child.kill('SIGUSR2')
    const [line] = (await once(this.#lines, 'line')) as [string]
    return (JSON.parse(line) as { peakMib: number }).peakMib
  }

  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const ended = once(this.child, 'exit')
    this.child.kill(signal)
    await ended
  }
}

export interface ClientRun extends BigClientResult {
  /** Bytes of the message that were there when it was killed, or at its end. */
  receivedBytes: number
  wasKilled: boolean
}

export interface RunClientParams extends BigClientParams {
  /** Gets the bytes received so far; true kills the client there and then. */
  killWhen?: (receivedBytes: number) => boolean
}

/** Runs a client in a process of its own. */
export async function runClient({ killWhen, ...params }: RunClientParams): Promise<ClientRun> {
  const child = spawn(process.execPath, [CLIENT, JSON.stringify(params)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const run: ClientRun = { receivedBytes: 0, wasKilled: false, peakMib: Number.NaN }
  for await (const text of createInterface({ input: child.stdout! })) {
    if (run.wasKilled) continue
    const line = JSON.parse(text) as Partial<ClientRun>
    Object.assign(run, line)
    if (line.receivedBytes !== undefined && killWhen?.(line.receivedBytes) === true) {
      child.kill('SIGKILL')
      run.wasKilled = true
    }
  }
  const [code] = (await ended) as [number | null]
  if (!run.wasKilled && code !== 0) throw new Error(`the client ended with ${code}`)
  return run
}

/** A wire between clients and a datatrust whose bytes are counted; what it leads to may change. */
export class Wire implements AsyncDisposable {
  target: string
  /** From the datatrust to clients. */
  receivedBytes = 0
  readonly url: string
  readonly #close: () => Promise<void>

  private constructor(target: string, url: string, close: () => Promise<void>) {
    this.target = target
    this.url = url
    this.#close = close
  }

  static async to(target: string): Promise<Wire> {
    const sockets = new Set<Socket>()
    const server = createServer((near) => {
      const { hostname, port } = new URL(wire.target)
      const far = connect(Number(port), hostname)
      for (const socket of [near, far]) {
        sockets.add(socket)
        socket.on('error', () => undefined)
        socket.on('close', () => {
          sockets.delete(socket)
          near.destroy()
          far.destroy()
        })
      }
      far.on('data', (bytes) => {
        wire.receivedBytes += bytes.length
      })
      far.pipe(near)
      near.pipe(far)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const wire = new Wire(target, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    })
    return wire
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close()
  }
}
