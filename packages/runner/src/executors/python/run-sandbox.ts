import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { type Print, passOn } from '../print.js'
import { READY, START_MS } from '../ready.js'
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

/**
 * How a sandbox ended: before its harness had read anything, with an answer, at its time limit, out of fuel, or with an
 * exit code.
 */
export type SandboxEnd =
  | { kind: 'unstarted'; reason: string }
  | { kind: 'answer'; answer: HarnessAnswer }
  | { kind: 'timeout' }
  | { kind: 'spent' }
  | { kind: 'died'; code: number | null }

/** Of one request. */
export interface SandboxBounds {
  answerBytesMax: number
  /** From when the harness can work. */
  timeoutMs: number
}

/** A sandbox whose harness waits for the one request that it will get. */
export interface StartedSandbox {
  /** False once it is gone. */
  isWaiting(): boolean
  /**
   * Sends the request and takes one answer of at most `answerBytesMax`. The output comes through a pipe and is counted here,
   * so there is no file that could be a link, a device, sparse or too large. The sandbox is dead when the promise settles.
   */
  ask(request: HarnessRequest, bounds: SandboxBounds): Promise<SandboxEnd>
  /** Ends one that gets no request. */
  drop(): Promise<void>
}

const WATCH_MS = 100
/** For what is still in the pipes of a sandbox that has ended. */
const CLOSE_MS = 5_000

/** Starts a sandbox. One that waits does not keep this process from ending, and ends with it. */
export function startSandbox({
  command: [file, ...args],
  env,
  extra,
  isSpent,
  kill,
  print,
}: SandboxCommand): StartedSandbox {
  const child = spawn(file, args, {
    stdio: ['pipe', 'pipe', print === undefined ? 'ignore' : 'pipe', extra === undefined ? 'ignore' : 'pipe'],
    env,
    cwd: '/',
    windowsHide: true,
    // A group of its own: what it has started so far may not know yet that it is to end with it.
    detached: true,
  }) as ChildProcess as ChildProcessByStdio<Writable, Readable, Readable | null>
  let isOver = false
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  }).finally(() => {
    isOver = true
  })
  // Told to who asks.
  closed.catch(() => undefined)
  const pipes = child.stdio.filter((pipe) => pipe !== null) as unknown as Socket[]
  // A sandbox that dies while it is written to closes the pipe; its end is reported by 'close'.
  for (const pipe of pipes) pipe.on('error', () => {})
  // Whoever left the group and holds a pipe open is not waited for.
  const close = () => {
    for (const pipe of pipes) pipe.destroy()
  }
  child.once('exit', () => setTimeout(close, CLOSE_MS).unref())
  const end = () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // Some systems say so of a group that has just ended.
      child.kill('SIGKILL')
    }
  }
  if (extra !== undefined) (child.stdio[3] as unknown as Writable).end(extra)
  const hold = (how: 'ref' | 'unref') => {
    for (const held of [child, ...pipes]) held[how]()
  }
  hold('unref')
  return {
    isWaiting: () => !isOver,
    async ask(request, { answerBytesMax, timeoutMs }) {
      hold('ref')
      if (request.task === 'run') passOn(child.stderr, print)
      else child.stderr?.resume()
      let how: SandboxEnd | undefined
      let isReady = false
      const chunks: Uint8Array[] = []
      let received = 0
      const finish = (ended: SandboxEnd) => {
        how ??= ended
        end()
      }
      let timer = setTimeout(() => finish({ kind: 'unstarted', reason: `not within ${START_MS} ms` }), START_MS)
      const watch = isSpent && setInterval(() => isSpent() && finish({ kind: 'spent' }), WATCH_MS)
      child.stdout.on('data', (chunk: Uint8Array) => {
        let bytes = chunk
        if (!isReady) {
          if (chunk[0] !== READY) return finish({ kind: 'unstarted', reason: 'what it said first is unknown' })
          isReady = true
          clearTimeout(timer)
          timer = setTimeout(() => finish({ kind: 'timeout' }), timeoutMs)
          bytes = chunk.subarray(1)
        }
        received += bytes.length
        if (received > answerBytesMax) finish({ kind: 'died', code: null })
        else chunks.push(bytes)
      })
      for (const bytes of writeRequest(request)) child.stdin.write(bytes)
      child.stdin.end()
      try {
        const code = await closed
        const answer = how === undefined && code === 0 ? readAnswer(Buffer.concat(chunks)) : undefined
        how ??= answer === undefined ? { kind: 'died', code } : { kind: 'answer', answer }
        if (!isReady && how.kind !== 'unstarted') {
          const reason = how.kind === 'spent' ? 'its fuel is too little for the interpreter alone' : `exit code ${code}`
          how = { kind: 'unstarted', reason }
        }
      } catch (error) {
        how = { kind: 'unstarted', reason: error instanceof Error ? error.message : 'it could not be started' }
      } finally {
        clearTimeout(timer)
        clearInterval(watch)
      }
      await kill?.()
      return how
    },
    async drop() {
      end()
      await closed.catch(() => undefined)
      await kill?.()
    },
  }
}

/** Sends a request to the harness in a fresh sandbox. */
export function runSandbox(
  command: SandboxCommand,
  request: HarnessRequest,
  bounds: SandboxBounds,
): Promise<SandboxEnd> {
  return startSandbox(command).ask(request, bounds)
}
