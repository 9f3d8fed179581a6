import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { VIEWS } from '../../dist/executors/js/globals.js'
import { HARNESS } from '../../dist/executors/python/harness.js'
import { PINS } from '../../dist/executors/python/pins.js'
import { runSandbox } from '../../dist/executors/python/run-sandbox.js'
import { webAssembly } from '../../dist/executors/wasm/web-assembly.js'
import type { Hostile } from './find-hostile.ts'

const TIMEOUT_MS = 60_000

/** Reads the input from its standard input and runs a script as it is, with all that Node has. */
const IN_NODE = (script: string, outputBytes: number) => `
  const chunks = []
  process.stdin.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
    const bytes = Uint8Array.from(Buffer.concat(chunks))
    const [input, output] = ${VIEWS}(bytes.buffer, new ArrayBuffer(${outputBytes}))
    ${script}
    run(input, output)
  })`

export interface BareParams {
  algorithm: Uint8Array
  hostile: Hostile
  input: Uint8Array
  outputBytes: number
}

/** Runs a connecting algorithm with no sandbox around it; gives what its host was told, if it has one that listens. */
export async function runBare({ hostile, algorithm, input, outputBytes }: BareParams): Promise<string> {
  const { runtime } = hostile
  switch (runtime) {
    case 'python': {
      const command = { command: ['/usr/bin/python3', '-s', '-B', '-c', HARNESS], env: PINS } as const
      const request = { task: 'run', algorithm, input, outputBytes } as const
      await runSandbox(command, request, { answerBytesMax: 1 + outputBytes, timeoutMs: TIMEOUT_MS })
      return ''
    }
    case 'js': {
      const program = IN_NODE(Buffer.from(algorithm).toString(), outputBytes)
      const node = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'ignore', 'inherit'], env: {} })
      node.stdin.end(input)
      await once(node, 'close')
      return ''
    }
    case 'wasm': {
      const told: number[] = []
      const env = { tell: (value: number) => void told.push(value) }
      const { exports } = new webAssembly.Instance(new webAssembly.Module(algorithm), { env })
      const wasm = exports as unknown as Record<'gristmill_alloc' | 'gristmill_run', (...given: number[]) => number> & {
        memory: { buffer: ArrayBuffer }
      }
      const [at, output] = [wasm.gristmill_alloc(input.length), wasm.gristmill_alloc(outputBytes)]
      new Uint8Array(wasm.memory.buffer).set(input, at)
      wasm.gristmill_run(at, input.length, output, outputBytes)
      return told.join(' ')
    }
  }
}
