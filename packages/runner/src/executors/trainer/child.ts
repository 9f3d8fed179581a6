import { serveTask } from '../serve-task.js'
import { trainLogistic } from './logistic-regression.js'
import type { TrainerAnswer } from './trainer-executor.js'

/** Where the parameters begin in the input buffer of ALGORITHM.md. */
const PARAMETERS_AT = 56

await serveTask<object, TrainerAnswer>(async (_task, [input]) => {
  if (input === undefined) throw new RangeError('the task lacks its input')
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  const [rows, dimensions, classes, parameters] = [0, 4, 8, 12].map((at) => view.getInt32(at, true)) as [
    number,
    number,
    number,
    number,
  ]
  const micros = (index: number) => Number(view.getBigInt64(PARAMETERS_AT + 8 * index, true)) / 1e6
  const labelsAt = PARAMETERS_AT + 8 * parameters
  const featuresAt = labelsAt + 8 * Math.ceil(rows / 2)
  const values = trainLogistic({
    rows,
    dimensions,
    classes,
    labels: Int32Array.from({ length: rows }, (_, row) => view.getInt32(labelsAt + 4 * row, true)),
    features: Float64Array.from({ length: rows * dimensions }, (_, at) => view.getFloat64(featuresAt + 8 * at, true)),
    // In the order of their names.
    clip: micros(0),
    lambda: micros(1),
  })
  const output = new DataView(new ArrayBuffer(8 * values.length))
  for (const [index, value] of values.entries()) output.setFloat64(8 * index, value, true)
  return { answer: { kind: 'trained' }, part: new Uint8Array(output.buffer) }
})
