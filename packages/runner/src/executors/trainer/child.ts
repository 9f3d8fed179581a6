import type { Trainer } from '@gristmill/protocol'
import { labelBytesOf } from '../../run/label-bytes.js'
import { serveTask } from '../serve-task.js'
import { countRows } from './histogram.js'
import { sumProducts } from './linear-regression.js'
import { trainLogistic } from './logistic-regression.js'
import type { Rows } from './rows.js'
import type { TrainerAnswer, TrainerTask } from './trainer-executor.js'

/** Where the parameters begin in the input buffer of ALGORITHM.md. */
const PARAMETERS_AT = 56

await serveTask<TrainerTask, TrainerAnswer>(async ({ trainer }, [input]) => {
  if (input === undefined) throw new RangeError('the task lacks its input')
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  const [rows, dimensions, classes, count] = [0, 4, 8, 12].map((at) => view.getInt32(at, true)) as [
    number,
    number,
    number,
    number,
  ]
  const labelsAt = PARAMETERS_AT + 8 * count
  const featuresAt = labelsAt + labelBytesOf(rows, classes)
  const values = train(
    trainer,
    {
      rows,
      dimensions,
      classes,
      labels: Float64Array.from({ length: rows }, (_, row) =>
        classes === 0 ? view.getFloat64(labelsAt + 8 * row, true) : view.getInt32(labelsAt + 4 * row, true),
      ),
      features: Float64Array.from({ length: rows * dimensions }, (_, at) => view.getFloat64(featuresAt + 8 * at, true)),
    },
    Array.from({ length: count }, (_, index) => Number(view.getBigInt64(PARAMETERS_AT + 8 * index, true))),
  )
  const output = new DataView(new ArrayBuffer(8 * values.length))
  for (const [index, value] of values.entries()) output.setFloat64(8 * index, value, true)
  return { answer: { kind: 'trained' }, part: new Uint8Array(output.buffer) }
})

/** `parameters` in the order of their names. */
function train(trainer: Trainer, rows: Rows, [first = 0, second = 0]: number[]): Float64Array {
  switch (trainer) {
    case 'dp-logistic-regression':
      return trainLogistic({ ...rows, clip: first / 1e6, lambda: second / 1e6 })
    case 'dp-linear-regression':
      return sumProducts({ ...rows, clip: first / 1e6 })
    case 'dp-histogram':
      return countRows({ ...rows, bins: first })
  }
}
