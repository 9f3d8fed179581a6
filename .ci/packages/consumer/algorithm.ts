import { createHash } from 'node:crypto'
import { canonicalHash, type Hex, leakBits, policyFor, type Table } from '@gristmill/protocol'
import { createWasmExecutor, run } from '@gristmill/runner'
import { predict, readSafetensors } from '@gristmill/runner/model'
import binaryen from 'binaryen'

const table: Table = {
  features: [{ name: 'x', type: 'number', minMicros: 0, maxMicros: 100_000_000 }],
  label: { name: 'y', classes: ['no', 'yes'] },
  ignored: [],
}
const csv = `x,y\n${Array.from({ length: 100 }, (_, x) => `${x},${x > 49 ? 'yes' : 'no'}`).join('\n')}\n`

/** Answers the weight 64 and the intercept -31.75 to whatever it is given. */
const module = binaryen.parseText(`(module
  (memory (export "memory") 16)
  (func (export "gristmill_abi") (result i32) (i32.const 1))
  (func (export "gristmill_alloc") (param $bytes i32) (result i32)
    (if (result i32) (i32.eq (local.get $bytes) (i32.const 16)) (then (i32.const 8)) (else (i32.const 1024))))
  (func (export "gristmill_run")
    (param $input i32) (param $inputBytes i32) (param $output i32) (param $outputBytes i32) (result i32)
    (f64.store (local.get $output) (f64.const 64))
    (f64.store offset=8 (local.get $output) (f64.const -31.75))
    (local.get $outputBytes)))`)
const algorithm = module.emitBinary()
const digest: Hex = `0x${createHash('sha256').update(algorithm).digest('hex')}`
const policy = policyFor({ table, algorithms: [{ digest, runtime: 'wasm', parameters: {} }] })

async function* source(): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(csv)
}
const result = await run({
  orderId: canonicalHash('an order'),
  policy,
  algorithm,
  parameters: {},
  source: source(),
  executor: createWasmExecutor(),
  secret: new Uint8Array(32).fill(9),
})
if (result.released === undefined) throw new Error(`${result.verdict}: ${result.privateLog.reason}`)
const { label } = predict(readSafetensors(result.released), table, { x: 80 })
console.log(result.verdict, label, result.leakBits === leakBits(policy))
