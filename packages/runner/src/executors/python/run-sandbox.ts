import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { type Print, passOn } from '../print.js'
import { type HarnessAnswer, type HarnessRequest, readAnswer, writeRequest } from './harness.js'

/** How to start a sandbox, and how to be sure that it is gone. */
export interface SandboxCommand {
  command: readonly [file: string, ...args: string[]]
  /** Of the command, not of the algorithm. */
  env: Readonly<Record<string, string>>
  /** Written to descriptor 3 of the command. */
  extra?: Uint8Array
  /** True when the run has used more than it may; asked ten times a second. */
  isSpent?: () => boolean
  /** Without it, what the algorithm prints goes nowhere. */
  print?: Print | undefined
  /** Kills what killing the command leaves. */
  kill?: () => Promise<void>
}

/** How a sandbox ended: with an answer, at its time limit, out of fuel, or with an exit code. */
export type SandboxEnd =
  | { kind: 'answer'; answer: HarnessAnswer }
  | { kind: 'timeout' }
  | { kind: 'spent' }
  | { kind: 'died'; code: number | null }

/** Of one request. */
export interface SandboxBounds {
  answerBytesMax: number
  timeoutMs: number
}

const WATCH_MS = 100

/**
 * Sends a request to the harness in a fresh sandbox and takes one answer of at most `answerBytesMax`. The output comes
 * through a pipe and is counted here, so there is no file that could be a link, a device, sparse or too large. The sandbox
 * is dead when the promise settles.
 */
export function runSandbox(
  { command: [file, ...args], env, extra, isSpent, kill, print }: SandboxCommand,
  request: HarnessRequest,
  { answerBytesMax, timeoutMs }: SandboxBounds,
): Promise<SandboxEnd> {
  const child = spawn(file, args, {
    stdio: ['pipe', 'pipe', print === undefined ? 'ignore' : 'pipe', extra === undefined ? 'ignore' : 'pipe'],
    env,
    cwd: '/',
    windowsHide: true,
  }) as ChildProcess as ChildProcessByStdio<Writable, Readable, Readable | null>
  passOn(child.stderr, print)
  return new Promise((resolve, reject) => {
    let end: SandboxEnd | undefined
    const chunks: Uint8Array[] = []
    let received = 0
    const finish = (how: SandboxEnd) => {
      end ??= how
      child.kill('SIGKILL')
    }
    const timer = setTimeout(() => finish({ kind: 'timeout' }), timeoutMs)
    const watch = isSpent && setInterval(() => isSpent() && finish({ kind: 'spent' }), WATCH_MS)
    const stop = () => {
      clearTimeout(timer)
      clearInterval(watch)
    }
    child.stdout.on('data', (chunk: Uint8Array) => {
      received += chunk.length
      if (received > answerBytesMax) finish({ kind: 'died', code: null })
      else chunks.push(chunk)
    })
    child.on('error', (error) => {
      stop()
      reject(error)
    })
    child.on('close', (code) => {
      stop()
      const answer = end === undefined && code === 0 ? readAnswer(Buffer.concat(chunks)) : undefined
      end ??= answer === undefined ? { kind: 'died', code } : { kind: 'answer', answer }
      const ended = end
      Promise.resolve(kill?.()).then(() => resolve(ended), reject)
    })
    // A sandbox that dies while it is written to closes the pipe; its end is reported by 'close'.
    for (const pipe of [child.stdin, child.stdio[3] as Writable | null]) pipe?.on('error', () => {})
    if (extra !== undefined) (child.stdio[3] as unknown as Writable).end(extra)
    for (const bytes of writeRequest(request)) child.stdin.write(bytes)
    child.stdin.end()
  })
}
