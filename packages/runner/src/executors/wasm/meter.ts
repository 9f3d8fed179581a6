import type binaryen from 'binaryen'
import wasm from 'binaryen'
import { Refused } from '../refusals.js'
import { operandsOf, setters } from './expressions.js'

/** Bytes that bulk memory instructions move for one unit of fuel, as a shift: 8. */
const BYTES_PER_FUEL_SHIFT = 3n

/** Fuel for every call and every turn of a loop besides its instructions: about what the meter itself takes. */
const FUEL_PER_CHARGE = 24

/** Fuel for asking for memory at all: a system call, even for nothing. */
const FUEL_PER_GROW = 4096n

/** Names of what the meter adds to a module; none of them exists in it before. */
export interface MeterNames {
  fuel: string
  denied: string
  chargeBytes: string
  chargePages: string
}

/**
 * Adds the meter: every entry of a function and every turn of a loop first pays for all instructions up to the next loop,
 * counted statically; bulk memory pays for its bytes and memory.grow for the bytes it adds. Out of fuel is a trap that
 * nothing can catch. Growing beyond `pagesMax` fails as if the machine had no more memory.
 */
export function addMeter(module: binaryen.Module, names: MeterNames, pagesMax: number): void {
  const charge = (amount: number) =>
    chargeInline(module, names.fuel, module.i64.const(BigInt(FUEL_PER_CHARGE + amount)))
  const functions = Array.from({ length: module.getNumFunctions() }, (_, index) => module.getFunctionByIndex(index))
  module.addGlobal(names.fuel, wasm.i64, true, module.i64.const(0n))
  module.addGlobal(names.denied, wasm.i32, true, module.i32.const(0))
  addChargeBytes(module, names)
  addChargePages(module, names, pagesMax)

  /** Static cost of an expression without the loops in it, which get their own charge. */
  const visit = (expression: number): number => {
    const operands = operandsOf(expression)
    if (operands === undefined) throw new Refused('INSTRUCTIONS')
    const cost = operands.reduce((sum, operand) => sum + visit(operand), 1)
    switch (wasm.getExpressionId(expression)) {
      case wasm.LoopId: {
        const body = operands[0]!
        setters.Loop.setBody(expression, prepend(module, charge(cost), body))
        return 1
      }
      case wasm.MemoryGrowId:
        setters.MemoryGrow.setDelta(expression, module.call(names.chargePages, operands, wasm.i32))
        return cost
      case wasm.MemoryCopyId:
        setters.MemoryCopy.setSize(expression, module.call(names.chargeBytes, [operands[2]!], wasm.i32))
        return cost
      case wasm.MemoryFillId:
        setters.MemoryFill.setSize(expression, module.call(names.chargeBytes, [operands[2]!], wasm.i32))
        return cost
      case wasm.MemoryInitId:
        setters.MemoryInit.setSize(expression, module.call(names.chargeBytes, [operands[2]!], wasm.i32))
        return cost
      default:
        return cost
    }
  }
  for (const reference of functions) {
    const { body } = wasm.getFunctionInfo(reference)
    const cost = visit(body)
    setters.Function.setBody(reference, prepend(module, charge(cost), body))
  }
}

function prepend(module: binaryen.Module, first: number[], body: number): number {
  return module.block(null, [...first, body], wasm.getExpressionType(body))
}

/** fuel -= amount; trap if it fell below zero. */
function chargeInline(module: binaryen.Module, fuel: string, amount: number): number[] {
  return [
    module.global.set(fuel, module.i64.sub(module.global.get(fuel, wasm.i64), amount)),
    module.if(module.i64.lt_s(module.global.get(fuel, wasm.i64), module.i64.const(0n)), module.unreachable()),
  ]
}

/** chargeBytes(size: i32): i32 pays for a bulk memory instruction and gives its size back. */
function addChargeBytes(module: binaryen.Module, names: MeterNames): void {
  const size = () => module.local.get(0, wasm.i32)
  const amount = module.i64.shr_u(module.i64.extend_u(size()), module.i64.const(BYTES_PER_FUEL_SHIFT))
  const body = module.block(null, [...chargeInline(module, names.fuel, amount), size()], wasm.i32)
  module.addFunction(names.chargeBytes, wasm.createType([wasm.i32]), wasm.i32, [], body)
}

/**
 * chargePages(delta: i32): i32 pays for memory.grow and gives the delta back, or, where the limit would be passed, notes
 * that and gives -1, with which memory.grow always fails.
 */
function addChargePages(module: binaryen.Module, names: MeterNames, pagesMax: number): void {
  const delta = () => module.local.get(0, wasm.i32)
  const left = module.i32.sub(module.i32.const(pagesMax), module.memory.size())
  const amount = module.i64.add(
    module.i64.const(FUEL_PER_GROW),
    module.i64.shl(module.i64.extend_u(delta()), module.i64.const(16n - BYTES_PER_FUEL_SHIFT)),
  )
  const deny = module.block(null, [
    module.global.set(names.denied, module.i32.const(1)),
    module.return(module.i32.const(-1)),
  ])
  const body = module.block(
    null,
    [module.if(module.i32.gt_u(delta(), left), deny), ...chargeInline(module, names.fuel, amount), delta()],
    wasm.i32,
  )
  module.addFunction(names.chargePages, wasm.createType([wasm.i32]), wasm.i32, [], body)
}
