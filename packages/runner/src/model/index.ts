export { ModelFormatError, ModelMismatchError, ValueError } from './errors.js'
export { type Prediction, predictLinear } from './predict-linear.js'
export type { Cell } from './row-encoder.js'
export { type Model, type ModelTensor, readSafetensors } from './safetensors.js'
