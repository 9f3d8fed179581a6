import { ModelMismatchError } from './errors.js'
import type { Model } from './safetensors.js'

/** Values of the tensor of a name. Throws ModelMismatchError unless it has this shape. */
export function tensorOf(model: Model, name: string, shape: readonly number[]): Float64Array {
  const tensor = model.tensors.find((candidate) => candidate.name === name)
  if (tensor === undefined || tensor.shape.join() !== shape.join())
    throw new ModelMismatchError(name, shape, tensor?.shape)
  return tensor.values
}

/** Size of a tensor along an axis; 1 if there is none, which `tensorOf` then refuses. */
export function sizeOf(model: Model, name: string, axis: number): number {
  return model.tensors.find((tensor) => tensor.name === name)?.shape[axis] ?? 1
}
