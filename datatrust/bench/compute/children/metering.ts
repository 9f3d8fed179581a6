import { HOST_EXPORTS } from '../../../../packages/runner/dist/executors/wasm/host-exports.js'
import { instrument } from '../../../../packages/runner/dist/executors/wasm/instrument.js'
import { type WasmExports, webAssembly } from '../../../../packages/runner/dist/executors/wasm/web-assembly.js'
import { assemble } from '../../../tests/_wat.ts'

/** Milliseconds of each run, interleaved. */
export interface Metered {
  metered: number[]
  plain: number[]
  /** Of one run, decimal. */
  fuel: string
}

const PAGES_MAX = 1_024
const FUEL = 10n ** 15n
const OUTPUT_BYTES = 8 * 32
const VALUES = OUTPUT_BYTES / 8
const ROWS = 800
const EPOCHS = 2_000

/**
 * Least squares by gradient descent: for every row the product with the weights, its error, and a step of every weight.
 * Rows lie in the input, which holds `ROWS * VALUES` doubles, the last of each being the target.
 */
const descent = `
  (local $epoch i32) (local $row i32) (local $k i32) (local $at i32) (local $error f64)
  (loop $epochs
    (local.set $row (i32.const 0))
    (loop $rows
      (local.set $at (i32.add (local.get $input) (i32.mul (local.get $row) (i32.const ${OUTPUT_BYTES}))))
      (local.set $error (f64.neg (f64.load offset=${OUTPUT_BYTES - 8} (local.get $at))))
      (local.set $k (i32.const 0))
      (loop $products
        (local.set $error (f64.add (local.get $error) (f64.mul
          (f64.load (i32.add (local.get $output) (local.get $k)))
          (f64.load (i32.add (local.get $at) (local.get $k))))))
        (br_if $products (i32.lt_u
          (local.tee $k (i32.add (local.get $k) (i32.const 8))) (i32.const ${OUTPUT_BYTES - 8}))))
      (local.set $k (i32.const 0))
      (loop $steps
        (f64.store (i32.add (local.get $output) (local.get $k)) (f64.sub
          (f64.load (i32.add (local.get $output) (local.get $k)))
          (f64.mul (f64.const 0.001) (f64.mul (local.get $error)
            (f64.load (i32.add (local.get $at) (local.get $k)))))))
        (br_if $steps (i32.lt_u
          (local.tee $k (i32.add (local.get $k) (i32.const 8))) (i32.const ${OUTPUT_BYTES - 8}))))
      (br_if $rows (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (i32.const ${ROWS}))))
    (br_if $epochs (i32.lt_u (local.tee $epoch (i32.add (local.get $epoch) (i32.const 1))) (i32.const ${EPOCHS}))))
  (local.get $outputBytes)`

interface Wasm {
  memory: { buffer: ArrayBuffer }
  gristmill_alloc(bytes: number): number
  gristmill_run(input: number, inputBytes: number, output: number, outputBytes: number): number
}

/** Runs a module in an instance of its own; gives the time of `gristmill_run` alone, and what it wrote. */
function run(bytes: Uint8Array): { ms: number; exports: WasmExports; output: Float64Array } {
  const { exports } = new webAssembly.Instance(new webAssembly.Module(bytes), {})
  const meter = exports[HOST_EXPORTS.fuel] as { value: bigint } | undefined
  if (meter !== undefined) meter.value = FUEL
  const wasm = exports as unknown as Wasm
  const inputBytes = 8 * ROWS * VALUES
  const [input, output] = [wasm.gristmill_alloc(inputBytes), wasm.gristmill_alloc(OUTPUT_BYTES)]
  const table = new Float64Array(wasm.memory.buffer, input, ROWS * VALUES)
  for (let at = 0; at < table.length; at++) table[at] = (((at + 1) * Math.SQRT2) % 1) - 0.5
  const startedAt = performance.now()
  if (wasm.gristmill_run(input, inputBytes, output, OUTPUT_BYTES) !== OUTPUT_BYTES) throw new Error('it failed')
  const ms = performance.now() - startedAt
  return { ms, exports, output: new Float64Array(wasm.memory.buffer, output, VALUES).slice() }
}

const plain = assemble(descent)
const metered = instrument(plain, PAGES_MAX)
const result: Metered = { metered: [], plain: [], fuel: '' }
for (let count = Number(process.argv[2]); count > 0; count--) {
  const [ours, peer] = [run(metered), run(plain)]
  if (ours.output.some((value, index) => value !== peer.output[index])) throw new Error('the meter changes the model')
  result.metered.push(ours.ms)
  result.plain.push(peer.ms)
  result.fuel = String(FUEL - (ours.exports[HOST_EXPORTS.fuel] as { value: bigint }).value)
}
console.log(JSON.stringify(result))
