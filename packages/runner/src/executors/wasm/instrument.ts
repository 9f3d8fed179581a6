import type binaryen from 'binaryen'
import wasm from 'binaryen'
import { Refused } from '../refusals.js'
import { HOST_EXPORTS } from './host-exports.js'
import { addMeter, type MeterNames } from './meter.js'
import { webAssembly } from './web-assembly.js'

const TABLE_ENTRIES_MAX = 65_536

/** Deterministic features that today's compilers emit; everything else is refused. */
const { Features } = wasm
const ALLOWED_FEATURES =
  Features.MutableGlobals |
  Features.SignExt |
  Features.NontrappingFPToInt |
  Features.BulkMemory |
  Features.BulkMemoryOpt |
  Features.SIMD128 |
  Features.ExtendedConst |
  Features.CallIndirectOverlong

/** Parameters and result of the functions that ALGORITHM.md asks for. */
const FUNCTION_EXPORTS: Readonly<Record<string, number>> = { gristmill_abi: 0, gristmill_alloc: 1, gristmill_run: 4 }

/** Checks a module against the rules and adds the meter. Throws Refused. */
export function instrument(bytes: Uint8Array, pagesMax: number): Uint8Array {
  const module = read(bytes)
  module.setFeatures(ALLOWED_FEATURES)
  if (!module.validate()) throw new Refused('FEATURES')
  requireMemory(module, pagesMax)
  requireTables(module)
  requireExports(module)
  const names = freeNames(module)
  const start = module.getStart()
  addMeter(module, names, pagesMax)
  module.addGlobalExport(names.fuel, HOST_EXPORTS.fuel)
  module.addGlobalExport(names.denied, HOST_EXPORTS.denied)
  if (start !== 0) {
    // The start function runs when the host calls it, with fuel, not while the module is instantiated.
    module.addFunctionExport(wasm.getFunctionInfo(start).name, HOST_EXPORTS.start)
    module.setStart(module.addFunction(names.idle, wasm.none, wasm.none, [], module.nop()))
  }
  if (!module.validate()) throw new Refused('FEATURES')
  return module.emitBinary()
}

function read(bytes: Uint8Array): binaryen.Module {
  // V8 and binaryen must agree on what the bytes are; what one of them cannot read is refused.
  const compiled = compile(bytes)
  if (compiled === undefined) throw new Refused('NOT_WASM')
  if (webAssembly.Module.imports(compiled).length > 0) throw new Refused('IMPORTS')
  try {
    return wasm.readBinary(bytes)
  } catch {
    throw new Refused('NOT_WASM')
  }
}

function compile(bytes: Uint8Array): object | undefined {
  try {
    return new webAssembly.Module(bytes)
  } catch {
    return undefined
  }
}

function requireMemory(module: binaryen.Module, pagesMax: number): void {
  if (!module.hasMemory()) throw new Refused('MEMORY')
  const { initial, shared, is64 } = module.getMemoryInfo()
  if (shared || is64 || initial > pagesMax) throw new Refused('MEMORY')
}

function requireTables(module: binaryen.Module): void {
  const tables = list(module.getNumTables(), (index) => wasm.getTableInfo(module.getTableByIndex(index)))
  if (tables.length > 1 || tables.some(({ initial }) => initial > TABLE_ENTRIES_MAX)) throw new Refused('TABLE')
}

function requireExports(module: binaryen.Module): void {
  const exports = new Map(
    list(module.getNumExports(), (index) => wasm.getExportInfo(module.getExportByIndex(index))).map((entry) => [
      entry.name,
      entry,
    ]),
  )
  if (exports.get('memory')?.kind !== wasm.ExternalMemory) throw new Refused('MEMORY')
  if (Object.values(HOST_EXPORTS).some((name) => exports.has(name))) throw new Refused('EXPORTS')
  for (const [name, parameters] of Object.entries(FUNCTION_EXPORTS)) {
    const entry = exports.get(name)
    if (entry?.kind !== wasm.ExternalFunction) throw new Refused('EXPORTS')
    const { params, results } = wasm.getFunctionInfo(module.getFunction(entry.value))
    const types = wasm.expandType(params)
    if (results !== wasm.i32 || types.length !== parameters || types.some((type) => type !== wasm.i32)) {
      throw new Refused('EXPORTS')
    }
  }
}

/** Names that nothing in the module bears: a module may name its own parts as it likes. */
function freeNames(module: binaryen.Module): MeterNames & { idle: string } {
  const taken = new Set([
    ...list(module.getNumFunctions(), (index) => wasm.getFunctionInfo(module.getFunctionByIndex(index)).name),
    ...list(module.getNumGlobals(), (index) => wasm.getGlobalInfo(module.getGlobalByIndex(index)).name),
  ])
  const free = (base: string) => {
    let name = base
    for (let suffix = 0; taken.has(name); suffix++) name = `${base}${suffix}`
    return name
  }
  return {
    fuel: free('fuel'),
    denied: free('denied'),
    chargeBytes: free('charge_bytes'),
    chargePages: free('charge_pages'),
    idle: free('idle'),
  }
}

function list<T>(length: number, at: (index: number) => T): T[] {
  return Array.from({ length }, (_, index) => at(index))
}
