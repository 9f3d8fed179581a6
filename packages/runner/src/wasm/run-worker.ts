import { parentPort, workerData } from 'node:worker_threads'
import { ALGORITHM_ABI, type ExecutionStatus } from '../executor.js'
import { HOST_EXPORTS } from './host-exports.js'
import type { Answer, Task } from './tasks.js'
import { type WasmExports, webAssembly } from './web-assembly.js'

interface Wasm {
  memory: { buffer: ArrayBuffer }
  gristmill_abi(): number
  gristmill_alloc(bytes: number): number
  gristmill_run(input: number, inputBytes: number, output: number, outputBytes: number): number
}

/** The algorithm broke its interface. */
class Stop extends Error {
  readonly status: ExecutionStatus
  readonly reason: string

  constructor(status: ExecutionStatus, reason: string) {
    super(reason)
    this.status = status
    this.reason = reason
  }
}

const { task, parts } = workerData as { task: Extract<Task, { kind: 'run' }>; parts: [Uint8Array, Uint8Array] }
const fuel = BigInt(task.fuel)
let exports: WasmExports = {}

/** An i64 or i32 global of the meter. */
const meter = (name: string) => exports[name] as { value: bigint | number }
const ended = (status: ExecutionStatus, reason: string): Answer => {
  const left = Object.hasOwn(exports, HOST_EXPORTS.fuel) ? (meter(HOST_EXPORTS.fuel).value as bigint) : fuel
  return { kind: 'ran', status, reason, fuelUsed: String(left < 0n ? fuel : fuel - left) }
}

function run(module: Uint8Array, input: Uint8Array): Uint8Array {
  const compiled = new webAssembly.Module(module)
  if (webAssembly.Module.imports(compiled).length > 0) throw new Stop('CONTRACT', 'imports')
  exports = new webAssembly.Instance(compiled, {}).exports
  meter(HOST_EXPORTS.fuel).value = fuel
  const wasm = exports as unknown as Wasm
  if (Object.hasOwn(exports, HOST_EXPORTS.start)) (exports[HOST_EXPORTS.start] as () => void)()
  if (wasm.gristmill_abi() !== ALGORITHM_ABI) throw new Stop('CONTRACT', 'abi version')
  const inputAt = allocate(wasm, input.length)
  const outputAt = allocate(wasm, task.outputBytes)
  new Uint8Array(wasm.memory.buffer, inputAt, input.length).set(input)
  new Uint8Array(wasm.memory.buffer, outputAt, task.outputBytes).fill(0)
  const written = wasm.gristmill_run(inputAt, input.length, outputAt, task.outputBytes)
  if (written < 0) throw new Stop('ALGO_ERROR', 'the algorithm gave up')
  if (written !== task.outputBytes) throw new Stop('CONTRACT', 'output length')
  return new Uint8Array(wasm.memory.buffer).slice(outputAt, outputAt + task.outputBytes)
}

function allocate(wasm: Wasm, bytes: number): number {
  const at = wasm.gristmill_alloc(bytes) >>> 0
  if (at % 8 === 0 && at > 0 && at + bytes <= wasm.memory.buffer.byteLength) return at
  throw isDenied() ? new Stop('OOM', 'memory limit') : new Stop('CONTRACT', 'allocation')
}

const isDenied = () => Object.hasOwn(exports, HOST_EXPORTS.denied) && meter(HOST_EXPORTS.denied).value === 1

function classify(error: unknown): Answer {
  if (error instanceof Stop) return ended(error.status, error.reason)
  const left = Object.hasOwn(exports, HOST_EXPORTS.fuel) ? (meter(HOST_EXPORTS.fuel).value as bigint) : fuel
  if (left < 0n) return ended('FUEL', 'fuel limit')
  if (isDenied()) return ended('OOM', 'memory limit')
  if (error instanceof RangeError && /memory/i.test(error.message)) return ended('OOM', 'machine memory')
  if (error instanceof RangeError) return ended('ALGO_ERROR', 'stack limit')
  return ended('ALGO_ERROR', 'trap')
}

function answer(): { answer: Answer; part?: Uint8Array } {
  try {
    const part = run(parts[0], parts[1])
    return { answer: ended('OK', 'done'), part }
  } catch (error) {
    return { answer: classify(error) }
  }
}

parentPort?.postMessage(answer())
