import { type ClientRequest, request } from 'node:http'
import type { DockerOptions } from './docker-command.js'

const SOCKET = '/var/run/docker.sock'
const RETRY_MS = 100
const LINE_BYTES_MAX = 256 * 1024

/** The engine's account of the processor time of one container, all of its processes together. */
export interface ProcessorTime {
  /** True once it is known to be more than this. */
  isOver(micros: bigint): boolean
  /** No less than it used: what was last told, and all of the time since. */
  usedMicros(): bigint
  close(): void
}

/** The socket of an engine on this machine; undefined for one that is reached in other ways. */
export function socketOf({ host = `unix://${SOCKET}` }: Pick<DockerOptions, 'host'>): string | undefined {
  return host.startsWith('unix://') ? host.slice('unix://'.length) : undefined
}

/** Listens to what an engine tells of a container once a second, from when it is there. */
export function watchProcessorTime(socketPath: string, name: string): ProcessorTime {
  const startedAt = performance.now()
  let told: { micros: bigint; at: number } | undefined
  let asked: ClientRequest | undefined
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  const later = () => {
    clearTimeout(timer)
    if (!isClosed) timer = setTimeout(listen, RETRY_MS).unref()
  }
  const hear = (line: string) => {
    const micros = BigInt(/"total_usage":(\d+)/.exec(line)?.[1] ?? 0) / 1000n
    // Of a container that has ended it tells zeros.
    if (micros > 0n && micros >= (told?.micros ?? 0n)) told = { micros, at: performance.now() }
  }
  function listen(): void {
    asked = request({ socketPath, path: `/containers/${name}/stats?stream=true` }, (response) => {
      let line = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => {
        const [first = '', ...others] = text.split('\n')
        line = (line + first).slice(0, LINE_BYTES_MAX)
        for (const next of others) {
          if (response.statusCode === 200) hear(line)
          line = next
        }
      })
      response.on('error', () => undefined)
      response.on('close', later)
    })
    asked.on('error', later)
    asked.end()
  }
  listen()
  const micros = (ms: number) => Math.round(1000 * ms)
  return {
    isOver: (limit) => told !== undefined && told.micros > limit,
    usedMicros() {
      const now = performance.now()
      const clock = micros(now - startedAt)
      const counted = told === undefined ? clock : Number(told.micros) + micros(now - told.at)
      return BigInt(Math.min(counted, clock))
    },
    close() {
      isClosed = true
      clearTimeout(timer)
      asked?.destroy()
    },
  }
}
