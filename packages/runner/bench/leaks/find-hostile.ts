import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createBwrapExecutor, createJsExecutor, createWasmExecutor, type Executor, type Print } from '@gristmill/runner'
import { main as compile } from 'assemblyscript/asc'

/** Runtimes that hostile algorithms are written for. */
export type HostileRuntime = 'wasm' | 'js' | 'python'

/** An algorithm that tries to get rows out, on what runs it. */
export interface Hostile {
  runtime: HostileRuntime
  executor: Executor
  /** The same executor, but for somebody who listens to what algorithms say. */
  heard: Executor
  /** Takes what was said since it was asked last. */
  takeSaid(): string
  algorithm: Uint8Array
  /** In its place where the act is `connect`: a module cannot even be written without an import. */
  connecting: Uint8Array
}

/** The hostile algorithms of every runtime that works here. */
export async function findHostile(): Promise<Hostile[]> {
  let said = ''
  const print: Print = (text) => {
    said += text
  }
  const takeSaid = () => {
    const text = said
    said = ''
    return text
  }
  const [js, python] = await Promise.all(
    ['programs/hostile.js', 'programs/hostile.py'].map((name) => readFile(pathOf(name))),
  )
  const common = { takeSaid }
  const found: Hostile[] = [
    {
      ...common,
      runtime: 'wasm',
      executor: createWasmExecutor(),
      heard: createWasmExecutor(),
      algorithm: await compiled('hostile.ts'),
      connecting: await compiled('sender.ts'),
    },
    {
      ...common,
      runtime: 'js',
      executor: createJsExecutor(),
      heard: createJsExecutor({}, print),
      algorithm: js!,
      connecting: js!,
    },
  ]
  const [executor, heard] = [await createBwrapExecutor(), await createBwrapExecutor({}, { print })]
  if (executor === undefined || heard === undefined) {
    console.error('without bubblewrap, python3-numpy and namespaces: nothing of Python is tried')
    return found
  }
  return [...found, { ...common, runtime: 'python', executor, heard, algorithm: python!, connecting: python! }]
}

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** A module of assembly/, as `asc` makes it for others. */
async function compiled(file: string): Promise<Uint8Array> {
  let module: Uint8Array | undefined
  const options = ['--runtime', 'stub', '--use', 'abort=', '--optimizeLevel', '3', '--noAssert', '--initialMemory', '1']
  const { error, stderr } = await compile([file, ...options, '--baseDir', pathOf('assembly'), '--outFile', 'module'], {
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') module = contents
    },
  })
  if (error !== null || module === undefined) throw new Error(`${file} does not compile: ${stderr.toString()}`)
  return module
}
