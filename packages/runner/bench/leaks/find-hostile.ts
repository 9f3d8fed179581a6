import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import {
  createBwrapExecutor,
  createDockerExecutor,
  createJsExecutor,
  createWasmExecutor,
  type DockerOptions,
  type Executor,
  type Print,
} from '@gristmill/runner'
import { main as compile } from 'assemblyscript/asc'

/** Runtimes that hostile algorithms are written for. */
export type HostileRuntime = 'wasm' | 'js' | 'python'

/** An algorithm that tries to get rows out, on what runs it. */
export interface Hostile {
  /** Of what runs it: the runtime, or the executor where a runtime has two. */
  name: string
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

/** The hostile algorithms of every runtime that works here; with an image, also in containers of it. */
export async function findHostile(docker?: DockerOptions): Promise<Hostile[]> {
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
      name: 'wasm',
      runtime: 'wasm',
      executor: createWasmExecutor(),
      heard: createWasmExecutor(),
      algorithm: await compiled('hostile.ts'),
      connecting: await compiled('sender.ts'),
    },
    {
      ...common,
      name: 'js',
      runtime: 'js',
      executor: createJsExecutor(),
      heard: createJsExecutor({}, print),
      algorithm: js!,
      connecting: js!,
    },
  ]
  const sandboxes = [
    { name: 'python', executor: await createBwrapExecutor(), heard: await createBwrapExecutor({}, { print }) },
    {
      name: 'python in docker',
      executor: docker && (await createDockerExecutor(docker)),
      heard: docker && (await createDockerExecutor(docker, {}, { print })),
    },
  ]
  const programs = { runtime: 'python', algorithm: python!, connecting: python! } as const
  for (const { name, executor, heard } of sandboxes) {
    if (executor !== undefined && heard !== undefined) found.push({ ...common, ...programs, name, executor, heard })
    else console.error(`nothing is tried in ${name}: there is no such sandbox here`)
  }
  return found
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
