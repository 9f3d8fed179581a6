import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** A new directory that ends with the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'localnet-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

export interface LocalnetProcess {
  url: string
  /** What it printed when it was ready. */
  ready: Record<string, unknown>
  pid: number
  /** Sends the signal and resolves with exit code and all output once the process has ended. */
  stop(signal: NodeJS.Signals): Promise<{ exitCode: number | null; stdout: string; stderr: string }>
}

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** Runs the chain as its own process; rejects with what it wrote to stderr if it ends before it is ready. */
export async function spawnLocalnet(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<LocalnetProcess> {
  const child = spawn(process.execPath, [MAIN, ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => text as string),
    ended.then(() => {
      throw new Error(stderr)
    }),
  ])
  const ready = JSON.parse(line) as Record<string, unknown>
  return {
    url: ready.url as string,
    ready,
    pid: child.pid!,
    stop: async (signal) => {
      child.kill(signal)
      await ended
      return { exitCode: child.exitCode, stdout, stderr }
    },
  }
}

export interface RpcAnswer {
  result?: unknown
  error?: { code: number; message: string; data?: string }
}

/** One HTTP request with one call or a batch. */
export async function rpc<T extends object | object[]>(
  url: string,
  body: T,
): Promise<T extends object[] ? RpcAnswer[] : RpcAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return (await response.json()) as T extends object[] ? RpcAnswer[] : RpcAnswer
}

export function call(method: string, ...params: unknown[]): object {
  return { jsonrpc: '2.0', id: 1, method, params }
}
