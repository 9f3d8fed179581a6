import { ALGORITHM_ABI, type ExecutionStatus } from '../executor.js'
import type { AnswerWithPart } from '../serve-task.js'
import { HOST_EXPORTS } from './host-exports.js'
import type { Answer, RunTask } from './tasks.js'
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

/** Runs an instrumented module once. */
export function runTask(task: RunTask, module: Uint8Array, input: Uint8Array): AnswerWithPart<Answer> {
  const fuel = BigInt(task.fuel)
  const meter = createMeter(fuel)
  const ended = (status: ExecutionStatus, reason: string): Answer => {
    const left = meter.left()
    return { kind: 'ran', status, reason, fuelUsed: String(left < 0n ? fuel : fuel - left) }
  }
  try {
    const part = run(task, meter, module, input)
    return { answer: ended('OK', 'done'), part }
  } catch (error) {
    const { status, reason } = classify(error, meter)
    return { answer: ended(status, reason) }
  }
}

/** The host's end of the meter; what it says survives a trap. */
interface Meter {
  attach(exports: WasmExports): void
  /** Below zero once the algorithm ran out. */
  left(): bigint
  /** True once the algorithm was denied memory. */
  isDenied(): boolean
}

function createMeter(fuel: bigint): Meter {
  let fuelGlobal = { value: fuel }
  let deniedGlobal = { value: 0 }
  return {
    attach(exports) {
      fuelGlobal = exports[HOST_EXPORTS.fuel] as { value: bigint }
      deniedGlobal = exports[HOST_EXPORTS.denied] as { value: number }
      fuelGlobal.value = fuel
    },
    left: () => fuelGlobal.value,
    isDenied: () => deniedGlobal.value === 1,
  }
}

function run({ outputBytes }: RunTask, meter: Meter, module: Uint8Array, input: Uint8Array): Uint8Array {
  const compiled = new webAssembly.Module(module)
  if (webAssembly.Module.imports(compiled).length > 0) throw new Stop('CONTRACT', 'imports')
  const { exports } = new webAssembly.Instance(compiled, {})
  meter.attach(exports)
  const wasm = exports as unknown as Wasm
  if (Object.hasOwn(exports, HOST_EXPORTS.start)) (exports[HOST_EXPORTS.start] as () => void)()
  requireVersion(wasm.gristmill_abi(), input)
  const inputAt = allocate(wasm, meter, input.length)
  const outputAt = allocate(wasm, meter, outputBytes)
  new Uint8Array(wasm.memory.buffer, inputAt, input.length).set(input)
  new Uint8Array(wasm.memory.buffer, outputAt, outputBytes).fill(0)
  const written = wasm.gristmill_run(inputAt, input.length, outputAt, outputBytes)
  if (written < 0) throw new Stop('ALGO_ERROR', 'the algorithm gave up')
  if (written !== outputBytes) throw new Stop('CONTRACT', 'output length')
  return new Uint8Array(wasm.memory.buffer).slice(outputAt, outputAt + outputBytes)
}

/** A module of version 1 would take labels that are numbers for classes. */
function requireVersion(version: number, input: Uint8Array): void {
  const hasClasses = input.length < 12 || new DataView(input.buffer, input.byteOffset).getInt32(8, true) !== 0
  if (version === ALGORITHM_ABI || (version === 1 && hasClasses)) return
  throw new Stop('CONTRACT', hasClasses ? 'abi version' : `abi version, number labels need ${ALGORITHM_ABI}`)
}

function allocate(wasm: Wasm, meter: Meter, bytes: number): number {
  const at = wasm.gristmill_alloc(bytes) >>> 0
  if (at % 8 === 0 && at > 0 && at + bytes <= wasm.memory.buffer.byteLength) return at
  throw meter.isDenied() ? new Stop('OOM', 'memory limit') : new Stop('CONTRACT', 'allocation')
}

function classify(error: unknown, meter: Meter): { status: ExecutionStatus; reason: string } {
  if (error instanceof Stop) return error
  if (meter.left() < 0n) return { status: 'FUEL', reason: 'fuel limit' }
  if (meter.isDenied()) return { status: 'OOM', reason: 'memory limit' }
  if (!(error instanceof RangeError)) return { status: 'ALGO_ERROR', reason: 'trap' }
  return /memory/i.test(error.message)
    ? { status: 'OOM', reason: 'machine memory' }
    : { status: 'ALGO_ERROR', reason: 'stack limit' }
}
