import { type Policy, parametersIn, valuesIn } from '@gristmill/protocol'
import { toBfloat16 } from '../model/bfloat16.js'
import { type ModelTensor, writeSafetensors } from '../model/safetensors.js'

/** What may leave, or the broken rule; reasons are for the owner. */
export type GateResult =
  | { verdict: 'OK'; tensors: ModelTensor[]; file: Uint8Array }
  | { verdict: 'CONTRACT'; reason: string }

/** Bytes that an algorithm must write under a policy. */
export function rawOutputBytes(policy: Policy): number {
  return 8 * parametersIn(policy.artifact)
}

/**
 * Turns an algorithm's raw output into the file that may leave: exactly the values of the policy's tensors, finite, in
 * range, on the release grid, written by us. Nothing else of the output survives.
 */
export function gateOutput(policy: Policy, rawOutput: Uint8Array): GateResult {
  if (rawOutput.length !== rawOutputBytes(policy)) return { verdict: 'CONTRACT', reason: 'output length' }
  const view = new DataView(rawOutput.buffer, rawOutput.byteOffset, rawOutput.byteLength)
  let offset = 0
  const tensors: ModelTensor[] = []
  for (const { name, shape, release, range } of policy.artifact.tensors) {
    const values = new Float64Array(valuesIn({ shape }))
    for (let index = 0; index < values.length; index++, offset += 8) {
      const value = view.getFloat64(offset, true)
      if (!Number.isFinite(value)) return { verdict: 'CONTRACT', reason: `${name} is not finite` }
      // The bounds lie on the grid, so rounding cannot leave the range.
      if (value < range[0] || value > range[1]) return { verdict: 'CONTRACT', reason: `${name} is out of range` }
      if (release !== 'bf16' && !Number.isInteger(value)) return { verdict: 'CONTRACT', reason: `${name} is not whole` }
      // + 0 makes -0 zero.
      values[index] = release === 'bf16' ? toBfloat16(value) : value + 0
    }
    tensors.push({ name, shape, release, values })
  }
  const file = writeSafetensors(tensors)
  if (file.length > policy.maxBytes) return { verdict: 'CONTRACT', reason: 'file size' }
  return { verdict: 'OK', tensors, file }
}
