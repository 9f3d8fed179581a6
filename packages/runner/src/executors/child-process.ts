import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { SandboxStartError } from '../engine/errors.js'
import { createFrameReader, type Frame, writeFrame } from './frame.js'
import { dyingWithParent } from './parent-death.js'
import { type Print, passOn } from './print.js'
import { READY, START_MS } from './ready.js'

/** Where the child's code lies: nothing else on the disk may be read by it. */
const CODE = dirname(fileURLToPath(import.meta.url))
const PACKAGE = dirname(dirname(CODE))

/** A bound on the heap besides the meters'. A smaller one would be collected at every memory.grow. */
const HEAP_FLAG = '--max-old-space-size=512'

/**
 * One compiler, so that stack frames have the same size in every run, and a bound on WebAssembly's memory besides the
 * meter's: flags of V8 that make runs repeatable.
 */
export const repeatable = (pagesMax: number): string[] => ['--no-liftoff', `--wasm-max-mem-pages=${pagesMax}`]

/**
 * Folders of an installed package: where its files are, and the link by which it is imported, where pnpm installed it.
 * Of one that only another package depends on, name that one.
 */
export function foldersOf(name: string, dependent?: string): string[] {
  const here = createRequire(import.meta.url)
  const { resolve } = dependent === undefined ? here : createRequire(here.resolve(dependent))
  const folder = (resolve.paths(name) ?? []).map((path) => join(path, name)).find(existsSync)
  const file = resolve(name)
  const installed = file.lastIndexOf(join('node_modules', name))
  const real = installed < 0 ? rootOf(file) : file.slice(0, installed + join('node_modules', name).length)
  return folder === undefined ? [real] : [real, folder]
}

/** Folder of the package that a file of this workspace belongs to. */
function rootOf(file: string): string {
  const folder = dirname(file)
  return existsSync(join(folder, 'package.json')) || folder === dirname(folder) ? folder : rootOf(folder)
}

export interface ChildParams {
  /** The program, seen from this folder, as `wasm/child.js`. */
  program: string
  /** Of V8. */
  flags: readonly string[]
  /** Folders that it may read besides this package. */
  readable: readonly string[]
  task: object
  parts: readonly Uint8Array[]
  /** Of the answer's part. */
  answerBytesMax: number
  /** From when the child can work. */
  timeoutMs: number
  /** Ends the child with this process; default: the system's. Where it is empty, a thread of the child does. */
  launcher?: readonly string[]
  /** Without it, what the child says on its error stream goes nowhere. */
  print?: Print | undefined
}

/** How a child ended: with an answer, killed at its time limit, or in any other way. */
export type ChildEnd<Answer> = { kind: 'answer'; frame: Frame<Answer> } | { kind: 'timeout' } | { kind: 'died' }

/**
 * Does one task in a fresh process without environment, file access beyond its own code, or right to start others. The
 * process is dead when the promise settles. Rejects with SandboxStartError where it ended before it could work.
 */
export function runChild<Answer>(params: ChildParams): Promise<ChildEnd<Answer>> {
  const { program, task, parts, answerBytesMax, timeoutMs, print } = params
  const unstarted = (reason: string, cause?: unknown) =>
    new SandboxStartError(basename(dirname(program)), reason, cause)
  const child = spawnChild(params)
  passOn(child.stderr, print)
  const { stdin, stdout } = child
  return new Promise((resolve, reject) => {
    let isReady = false
    let end: ChildEnd<Answer> = { kind: 'died' }
    const finish = (how: ChildEnd<Answer>) => {
      end = how
      child.kill('SIGKILL')
    }
    let timer = setTimeout(() => child.kill('SIGKILL'), START_MS)
    const reader = createFrameReader<Answer>(answerBytesMax)
    const ready = () => {
      isReady = true
      clearTimeout(timer)
      timer = setTimeout(() => finish({ kind: 'timeout' }), timeoutMs)
    }
    stdout.on('data', (chunk: Uint8Array) => {
      if (!isReady && chunk[0] !== READY) return child.kill('SIGKILL')
      const bytes = isReady ? chunk : chunk.subarray(1)
      if (!isReady) ready()
      try {
        const frame = bytes.length === 0 ? undefined : reader.push(bytes)
        if (frame !== undefined) finish({ kind: 'answer', frame })
      } catch {
        finish({ kind: 'died' })
      }
    })
    // A child that dies while it is written to closes the pipe; its end is reported by 'close'.
    stdin.on('error', () => {})
    child.on('error', (error) => {
      clearTimeout(timer)
      reject(unstarted(error.message, error))
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (isReady) resolve(end)
      else reject(unstarted(`it ended with ${signal ?? `exit code ${code}`}`))
    })
    for (const bytes of writeFrame(task, parts)) stdin.write(bytes)
    stdin.end()
  })
}

function spawnChild({ program, flags, readable, print, launcher = dyingWithParent() }: ChildParams) {
  const allowed = [PACKAGE, ...readable].map((path) => `--allow-fs-read=${path}`)
  const isWatched = launcher.length === 0
  const limits = [...flags, HEAP_FLAG, '--permission', ...(isWatched ? ['--allow-worker'] : []), ...allowed]
  // Who finds another parent than the one named here has been left before the kernel was told.
  const parent = isWatched ? [] : [String(process.pid)]
  const command = [...launcher, process.execPath, ...limits, '--no-warnings', join(CODE, program), ...parent]
  const [file = '', ...args] = command
  return spawn(file, args, {
    // The fourth pipe is the watchdog's lifeline: nobody writes to it, it closes when this process dies.
    stdio: ['pipe', 'pipe', print === undefined ? 'ignore' : 'pipe', isWatched ? 'pipe' : 'ignore'],
    env: {},
    cwd: CODE,
    windowsHide: true,
  }) as ChildProcess as ChildProcessByStdio<Writable, Readable, Readable | null>
}
