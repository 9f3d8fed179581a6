export { ProtocolError, type ProtocolErrorOptions } from './error.js'
export { dimensionsOf, scoresOf } from './policy/dimensions.js'
export { bitsIn, inFileOrder, RELEASE_BITS, type Release, type TensorLayout, valuesIn } from './policy/layout.js'
