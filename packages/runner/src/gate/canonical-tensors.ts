import type { Tensor } from '@gristmill/protocol'
import { valuesIn } from '@gristmill/protocol/model'
import { toBfloat16 } from '../model/bfloat16.js'
import type { ModelTensor } from '../model/values.js'

/** The only form in which an output may leave, or the broken rule, for the owner. */
export type CanonicalResult = { tensors: ModelTensor[] } | { broken: string }

/**
 * The tensors in an algorithm's raw output: exactly the values that the policy names, finite, in range, on the release
 * grid. Nothing else of the output survives.
 */
export function canonicalTensors(expected: readonly Tensor[], rawOutput: Uint8Array): CanonicalResult {
  const count = expected.reduce((sum, tensor) => sum + valuesIn(tensor), 0)
  if (rawOutput.length !== 8 * count) return { broken: 'output length' }
  const view = new DataView(rawOutput.buffer, rawOutput.byteOffset, rawOutput.byteLength)
  let offset = 0
  const tensors: ModelTensor[] = []
  for (const { name, shape, release, range } of expected) {
    const values = new Float64Array(valuesIn({ shape }))
    for (let index = 0; index < values.length; index++, offset += 8) {
      const value = view.getFloat64(offset, true)
      if (!Number.isFinite(value)) return { broken: `${name} is not finite` }
      // The bounds lie on the grid, so rounding cannot leave the range.
      if (value < range[0] || value > range[1]) return { broken: `${name} is out of range` }
      if (release !== 'bf16' && !Number.isInteger(value)) return { broken: `${name} is not whole` }
      // + 0 makes -0 zero.
      values[index] = release === 'bf16' ? toBfloat16(value) : value + 0
    }
    tensors.push({ name, shape, release, values })
  }
  return { tensors }
}
