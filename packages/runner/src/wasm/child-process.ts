import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { createFrameReader, type Frame, writeFrame } from './frame.js'
import type { Answer, Task } from './tasks.js'

/** Where the child's code lies: nothing else on the disk may be read by it. */
const CODE = dirname(fileURLToPath(import.meta.url))
const PACKAGE = dirname(dirname(CODE))
const { resolve: find } = createRequire(import.meta.url)
const BINARYEN = dirname(find('binaryen'))
/** The same by the name under which it is imported: a link beside this package, where pnpm installed it. */
const BINARYEN_LINK = (find.paths('binaryen') ?? []).map((path) => join(path, 'binaryen')).find(existsSync) ?? BINARYEN

/**
 * Flags of V8 that make runs repeatable: one compiler, so that stack frames have the same size in every run; and a bound
 * on memory besides the meter's. A smaller heap would be collected at every memory.grow.
 */
const runFlags = (pagesMax: number) => ['--no-liftoff', `--wasm-max-mem-pages=${pagesMax}`, HEAP_FLAG]
const HEAP_FLAG = '--max-old-space-size=512'
const INSTRUMENT_FLAGS = ['--wasm-max-mem-pages=8192', HEAP_FLAG]

export interface ChildParams {
  task: Task
  parts: readonly Uint8Array[]
  /** Of the answer's part. */
  answerBytesMax: number
  timeoutMs: number
}

/** How a child ended: with an answer, killed at its time limit, or in any other way. */
export type ChildEnd = { kind: 'answer'; frame: Frame<Answer> } | { kind: 'timeout' } | { kind: 'died' }

/**
 * Does one task in a fresh process without environment, file access beyond its own code, or right to start others. The
 * process is dead when the promise settles.
 */
export function runChild({ task, parts, answerBytesMax, timeoutMs }: ChildParams): Promise<ChildEnd> {
  const child = spawnChild(task)
  const { stdin, stdout } = child
  return new Promise((resolve, reject) => {
    let end: ChildEnd = { kind: 'died' }
    const finish = (how: ChildEnd) => {
      end = how
      child.kill('SIGKILL')
    }
    const timer = setTimeout(() => finish({ kind: 'timeout' }), timeoutMs)
    const reader = createFrameReader<Answer>(answerBytesMax)
    stdout.on('data', (chunk: Uint8Array) => {
      try {
        const frame = reader.push(chunk)
        if (frame !== undefined) finish({ kind: 'answer', frame })
      } catch {
        finish({ kind: 'died' })
      }
    })
    // A child that dies while it is written to closes the pipe; its end is reported by 'close'.
    stdin.on('error', () => {})
    child.on('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    child.on('close', () => {
      clearTimeout(timer)
      resolve(end)
    })
    for (const bytes of writeFrame(task, parts)) stdin.write(bytes)
    stdin.end()
  })
}

function spawnChild(task: Task): ChildProcessByStdio<Writable, Readable, null> {
  const flags = task.kind === 'run' ? runFlags(task.pagesMax) : INSTRUMENT_FLAGS
  const readable = [PACKAGE, BINARYEN, BINARYEN_LINK].map((path) => `--allow-fs-read=${path}`)
  // The worker is the watchdog. The fourth pipe is its lifeline: nobody writes to it, it closes when this process dies.
  const args = [...flags, '--permission', '--allow-worker', ...readable, '--no-warnings', `${CODE}/child.js`]
  return spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
    env: {},
    cwd: CODE,
    windowsHide: true,
  }) as ChildProcess as ChildProcessByStdio<Writable, Readable, null>
}
