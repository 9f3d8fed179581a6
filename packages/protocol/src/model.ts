export { ProtocolError, type ProtocolErrorOptions } from './error.js'
export { classesOf, dimensionsOf, scoresOf } from './policy/dimensions.js'
export { isNumberLabel } from './policy/label.js'
export { bitsIn, inFileOrder, RELEASE_BITS, type Release, type TensorLayout, valuesIn } from './policy/layout.js'
