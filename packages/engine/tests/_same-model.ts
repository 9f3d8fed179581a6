import { createHash } from 'node:crypto'
import { canonicalHash, type Hex, type Policy, policyFor, type Runtime } from '@gristmill/protocol'
import { type Engine, type Executors, type RunResult, run } from '@gristmill/runner'
import { assemble } from './_algorithms.js'

const PARAMETERS = {}
const DIMENSIONS = 3

/**
 * How far the mean rows of two classes are apart, a linear model, thrice. Python's numpy adds in another order, so its last
 * bits differ.
 */
const ALGORITHMS: Readonly<Record<Exclude<Runtime, 'trainer'>, Uint8Array>> = {
  wasm: assemble(`
    (local $labels i32) (local $features i32) (local $i i32) (local $row i32)
    (local $sum0 f64) (local $sum1 f64) (local $count0 f64) (local $count1 f64) (local $value f64) (local $middle f64)
    (local.set $labels (i32.add (local.get $input) (i32.const 56)))
    (local.set $features (i32.add (local.get $labels)
      (i32.shl (i32.shr_u (i32.add (i32.load (local.get $input)) (i32.const 1)) (i32.const 1)) (i32.const 3))))
    (loop $columns
      (local.set $row (i32.const 0))
      (local.set $sum0 (f64.const 0)) (local.set $sum1 (f64.const 0))
      (local.set $count0 (f64.const 0)) (local.set $count1 (f64.const 0))
      (loop $rows
        (local.set $value (f64.load (i32.add (local.get $features) (i32.shl
          (i32.add (i32.mul (local.get $row) (i32.const ${DIMENSIONS})) (local.get $i)) (i32.const 3)))))
        (if (i32.load (i32.add (local.get $labels) (i32.shl (local.get $row) (i32.const 2))))
          (then (local.set $sum1 (f64.add (local.get $sum1) (local.get $value)))
                (local.set $count1 (f64.add (local.get $count1) (f64.const 1))))
          (else (local.set $sum0 (f64.add (local.get $sum0) (local.get $value)))
                (local.set $count0 (f64.add (local.get $count0) (f64.const 1)))))
        (br_if $rows (i32.lt_u
          (local.tee $row (i32.add (local.get $row) (i32.const 1))) (i32.load (local.get $input)))))
      (local.set $value (f64.sub
        (f64.div (local.get $sum1) (local.get $count1)) (f64.div (local.get $sum0) (local.get $count0))))
      (f64.store (i32.add (local.get $output) (i32.shl (local.get $i) (i32.const 3))) (local.get $value))
      (local.set $middle (f64.sub (local.get $middle) (f64.div (local.get $value) (f64.const 2))))
      (br_if $columns (i32.lt_u
        (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${DIMENSIONS}))))
    (f64.store offset=${8 * DIMENSIONS} (local.get $output) (local.get $middle))
    (local.get $outputBytes)`),
  js: Buffer.from(`
    function run({ rows, dimensions, labels, features }, output) {
      let middle = 0
      for (let i = 0; i < dimensions; i++) {
        const [sums, counts] = [[0, 0], [0, 0]]
        for (let row = 0; row < rows; row++) {
          sums[labels[row]] += features[row * dimensions + i]
          counts[labels[row]]++
        }
        output[i] = sums[1] / counts[1] - sums[0] / counts[0]
        middle -= output[i] / 2
      }
      output[dimensions] = middle
    }`),
  python: Buffer.from(`
def run(input, output):
    ones = input.labels == 1
    apart = [column[ones].mean() - column[~ones].mean() for column in input.features.T]
    output[:] = [*apart, -sum(apart) / 2]
`),
}
const digestOf = (algorithm: Uint8Array): Hex => `0x${createHash('sha256').update(algorithm).digest('hex')}`

const column = (name: string) => ({ name, type: 'number' as const, minMicros: 0, maxMicros: 1_000_000 })
/** One policy for all of them. */
const POLICY: Policy = policyFor({
  table: {
    features: ['a', 'b', 'c'].map(column),
    label: { name: 'label', classes: ['no', 'yes'] },
    ignored: [],
  },
  algorithms: Object.entries(ALGORITHMS).map(([runtime, algorithm]) => ({
    digest: digestOf(algorithm),
    runtime: runtime as Runtime,
    parameters: PARAMETERS,
  })),
})

const HEADER = 'a,b,c,label'
const LINES = Array.from({ length: 2_000 }, (_, row) => {
  const draw = (root: number) => (((row + 1) * Math.sqrt(root)) % 1).toFixed(6)
  return [draw(2), draw(3), draw(5), Number(draw(2)) + Number(draw(7)) > 1 ? 'yes' : 'no'].join(',')
})

export interface SameModelParams {
  runtime: keyof typeof ALGORITHMS
  executors: Executors
  /** Absent: this process. */
  engine?: Engine
  /** Another table: that without its first rows. */
  without?: number
}

/** Runs the same order on the same table, by the algorithm of a runtime. */
export function runSame({ runtime, executors, engine, without = 0 }: SameModelParams): Promise<RunResult> {
  return run({
    orderId: canonicalHash('the same order'),
    policy: POLICY,
    algorithm: ALGORITHMS[runtime],
    parameters: PARAMETERS,
    source: source([HEADER, ...LINES.slice(without)].join('\n')),
    executor: executors.of(runtime),
    secret: new Uint8Array(32).fill(5),
    ...(engine && { engine }),
  })
}

/** The runtimes that work here. */
export const runtimesOf = (executors: Executors): (keyof typeof ALGORITHMS)[] =>
  (['wasm', 'js', 'python'] as const).filter((runtime) =>
    executors.all.some((executor) => executor.capabilities().runtimes.includes(runtime)),
  )

async function* source(text: string) {
  yield Buffer.from(text)
}
