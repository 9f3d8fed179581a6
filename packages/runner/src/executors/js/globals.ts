/**
 * What a script finds: the language and a console, which says things to nobody but who tries it, less everything that tells two runs apart (Date, Math.random, performance), of threads
 * (Atomics, SharedArrayBuffer), and that makes code of text: what the maker allowed is all that runs. A global that is not named here is taken away, whatever it is.
 */
const GLOBALS = [
  ...['globalThis', 'undefined', 'NaN', 'Infinity', 'parseInt', 'parseFloat', 'isNaN', 'isFinite'],
  ...['decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'escape', 'unescape'],
  ...['Object', 'Array', 'Boolean', 'Number', 'BigInt', 'String', 'Symbol', 'RegExp', 'JSON', 'Math'],
  ...['Map', 'Set', 'WeakMap', 'WeakSet', 'Proxy', 'Reflect', 'Promise', 'Iterator'],
  ...['Error', 'AggregateError', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError'],
  ...['InternalError', 'ArrayBuffer', 'DataView', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array'],
  ...['Uint16Array', 'Int32Array', 'Uint32Array', 'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array'],
  ...['BigUint64Array', 'console'],
]

/** A script whose value is a function of what takes a line of text, or of undefined. It makes the console. */
export const CONSOLE = `((say) => {
  const text = (value) => {
    try { return typeof value === 'object' && value !== null ? JSON.stringify(value) ?? '' : String(value) } catch { return '?' }
  }
  const log = say === undefined ? () => {} : (...values) => { say(values.map(text).join(' ')) }
  Object.defineProperty(globalThis, 'console', { value: Object.freeze({ log }), configurable: true })
})`

/** A script that takes the other globals away; its value is an array of those that could not be. */
export const TAKE_AWAY = `(() => {
  const kept = new Set(${JSON.stringify(GLOBALS)})
  delete Math.random
  const functions = [() => {}, async () => {}, function* () {}, async function* () {}]
  for (const one of functions) delete Object.getPrototypeOf(one).constructor
  const names = Reflect.ownKeys(globalThis).filter((name) => !kept.has(name) && name !== Symbol.toStringTag)
  return names.filter((name) => !Reflect.deleteProperty(globalThis, name)).length
})()`

/**
 * A script whose value is a function of the input's and the output's buffer. It gives what \`run\` is called with: views of
 * these buffers. It is evaluated before the algorithm, so it finds the language as it was.
 */
export const VIEWS = `((buffer, output) => {
  const head = new DataView(buffer)
  const int = (at) => head.getInt32(at, true)
  const [rows, dimensions, classes, count] = [0, 4, 8, 12].map(int)
  const labelsAt = 56 + 8 * count
  const featuresAt = labelsAt + 8 * (classes === 0 ? rows : Math.ceil(rows / 2))
  const parameters = Array.from({ length: count }, (_, index) => {
    const at = 56 + 8 * index
    return head.getInt32(at + 4, true) * 2 ** 32 + head.getUint32(at, true)
  })
  const input = {
    rows, dimensions, classes, parameters,
    seed: new Uint8Array(buffer, 24, 32),
    labels: classes === 0 ? new Float64Array(buffer, labelsAt, rows) : new Int32Array(buffer, labelsAt, rows),
    features: new Float64Array(buffer, featuresAt, rows * dimensions),
  }
  return [input, new Float64Array(output)]
})`
