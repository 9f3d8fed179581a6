import type { QuickJSContext, QuickJSHandle, VmCallResult } from 'quickjs-emscripten-core'
import type { ExecutionStatus } from '../executor.js'
import type { AnswerWithPart } from '../serve-task.js'
import { writeFully } from '../write-fully.js'
import { createVm } from './create-vm.js'
import { CONSOLE, TAKE_AWAY, VIEWS } from './globals.js'
import type { Answer, RunTask } from './tasks.js'

/** Turns and calls between two ticks of QuickJS's interrupt handler: JS_INTERRUPT_COUNTER_INIT of its source. */
const FUEL_PER_TICK = 10_000n

const ERROR_STREAM = 2

/** How a run ended. */
class Stop extends Error {
  readonly status: ExecutionStatus
  readonly reason: string

  constructor(status: ExecutionStatus, reason: string) {
    super(reason)
    this.status = status
    this.reason = reason
  }
}

/** Runs a script once. */
export async function runScript(task: RunTask, code: string, input: Uint8Array): Promise<AnswerWithPart<Answer>> {
  const fuel = BigInt(task.fuel)
  let ticks = 0n
  const isOut = () => ticks * FUEL_PER_TICK > fuel
  const { context, runtime } = await createVm()
  runtime.setInterruptHandler(() => {
    ticks++
    return isOut()
  })
  const ended = (status: ExecutionStatus, reason: string): Answer => {
    const used = ticks * FUEL_PER_TICK
    return { kind: 'ran', status, reason, fuelUsed: String(used > fuel ? fuel : used) }
  }
  try {
    const left = task.memoryBytes - input.length - task.outputBytes
    if (left <= 0) throw new Stop('OOM', 'memory limit')
    const part = run(context, { code, input, ...task }, () => runtime.setMemoryLimit(left))
    return { answer: ended('OK', 'done'), part }
  } catch (error) {
    // Whatever else went wrong in the machine, as too deep a recursion of its own, this process is not used again.
    const { status, reason } = isOut() ? new Stop('FUEL', 'fuel limit') : stopOf(error)
    return { answer: ended(status, reason) }
  }
}

interface Run {
  code: string
  input: Uint8Array
  outputBytes: number
  prints: boolean
}

function run(context: QuickJSContext, { code, input, outputBytes, prints }: Run, setLimit: () => void): Uint8Array {
  const inputBuffer = context.newArrayBuffer(exactly(input))
  const outputBuffer = context.newArrayBuffer(new ArrayBuffer(outputBytes))
  const views = context.unwrapResult(
    context.callFunction(context.unwrapResult(context.evalCode(VIEWS)), context.undefined, inputBuffer, outputBuffer),
  )
  const [inputView, outputView] = [context.getProp(views, 0), context.getProp(views, 1)]
  const say = prints ? context.newFunction('say', (line) => sayAloud(context.getString(line))) : context.undefined
  context.unwrapResult(context.callFunction(context.unwrapResult(context.evalCode(CONSOLE)), context.undefined, say))
  const taken = context.unwrapResult(context.evalCode(TAKE_AWAY))
  if (context.getNumber(taken) !== 0) throw new Error('a global cannot be taken away')
  setLimit()
  const requireValue = (result: VmCallResult<QuickJSHandle>) => resultOf(context, result, prints)
  requireValue(context.evalCode(code, 'algorithm.js', { strict: true }))
  const algorithm = requireValue(context.evalCode("typeof run === 'function' ? run : undefined", 'run.js'))
  if (context.typeof(algorithm) !== 'function') throw new Stop('CONTRACT', 'no function run')
  const result = requireValue(context.callFunction(algorithm, context.undefined, inputView, outputView))
  // Nothing is waited for, so a promise would stand for work that is never done.
  if (context.typeof(result) !== 'undefined') throw new Stop('CONTRACT', 'run returned something')
  return outputOf(context, outputBuffer, outputBytes)
}

function outputOf(context: QuickJSContext, buffer: QuickJSHandle, outputBytes: number): Uint8Array {
  try {
    const { value } = context.getArrayBuffer(buffer)
    if (value.length === outputBytes) return value.slice()
  } catch {}
  throw new Stop('CONTRACT', 'the output was detached')
}

function sayAloud(line: string): void {
  writeFully(ERROR_STREAM, new TextEncoder().encode(`${line}\n`))
}

/** The value, or how the script's exception ends the run; of what it says nothing gets out, unless `prints`. */
function resultOf(context: QuickJSContext, result: VmCallResult<QuickJSHandle>, prints: boolean): QuickJSHandle {
  if (result.error === undefined) return result.value
  if (prints)
    sayAloud(`exception: ${textOf(context, result.error, 'message')}\n${textOf(context, result.error, 'stack')}`)
  throw exceptionOf(textOf(context, result.error, 'message'))
}

function textOf(context: QuickJSContext, error: QuickJSHandle, field: 'message' | 'stack'): string {
  if (context.typeof(error) !== 'object') return ''
  const text = context.getProp(error, field)
  return context.typeof(text) === 'string' ? context.getString(text) : ''
}

function exceptionOf(message: string): Stop {
  if (message.startsWith('out of memory')) return new Stop('OOM', 'memory limit')
  return new Stop('ALGO_ERROR', message.startsWith('stack overflow') ? 'stack limit' : 'exception')
}

function stopOf(error: unknown): Stop {
  if (error instanceof Stop) return error
  return new Stop('ALGO_ERROR', error instanceof RangeError ? 'stack limit' : 'trap')
}

const exactly = (bytes: Uint8Array): ArrayBuffer => bytes.slice().buffer as ArrayBuffer
