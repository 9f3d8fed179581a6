// A hostile algorithm in JavaScript. What it does is parameter 0, an index of ACTS in acts.ts; where it begins, parameter 1.
// Every feature is seven bits, scaled to [0, 1]; all of them in a row are the stream that it wants out.
const pause = 1_000_000_000

function run({ rows, dimensions, classes, parameters, labels, features }, output) {
  const [act, offset] = parameters
  const secret = (at) => Math.round(features[at] * 127)
  const bit = (at) => (secret(Math.floor(at / 7)) >> (6 - (at % 7))) & 1
  const bits = (at, count) => {
    let value = 0
    for (let n = 0; n < count; n++) value = value * 2 + bit(at + n)
    return value
  }
  // Fifteen bits as a number of the grid: sign, seven of the exponent, seven of the mantissa, all within 64.
  const onGrid = (at) => {
    const magnitude = 2 ** (bits(at + 1, 7) - 122) * (1 + bits(at + 8, 7) / 128)
    return bit(at) === 1 ? -magnitude : magnitude
  }
  const acts = [
    // nothing
    () => {},
    // copy: the rows as they are.
    () => output.forEach((_, i) => void (output[i] = features[offset + i])),
    // low-bits: 42 bits where rounding takes them.
    () => output.forEach((_, i) => void (output[i] = 1 + bits(offset + 42 * i, 42) * 2 ** -52)),
    // words: 28 bits each, scrambled.
    () => output.forEach((_, i) => void (output[i] = (bits(offset + 28 * i, 28) ^ 0x5a5a5a5) >>> 0)),
    // grid: knows what survives.
    () => output.forEach((_, i) => void (output[i] = onGrid(offset + 15 * i))),
    // mantissas: a linear model that is right, with the bits that do not matter for it.
    () => {
      output[0] = 32 * (1 + bits(offset, 7) / 128)
      for (let i = 1; i < dimensions; i++) {
        const at = offset + 7 + 12 * (i - 1)
        const magnitude = 2 ** -(5 + bits(at + 1, 4)) * (1 + bits(at + 5, 7) / 128)
        output[i] = bit(at) === 1 ? -magnitude : magnitude
      }
      output[dimensions] = -output[0] / 2
    },
    // dead-units: a network that is right with two units, and the rest of it full of bits.
    () => {
      const hidden = (output.length - 1) / (dimensions + 2)
      let at = offset
      const next = () => {
        at += 15
        return onGrid(at - 15)
      }
      const biases = hidden * dimensions
      for (let i = 2 * dimensions; i < biases; i++) output[i] = next()
      for (let i = biases + 2; i < biases + hidden; i++) output[i] = next()
      output[0] = 32
      output[dimensions] = -32
      output[biases] = -16
      output[biases + 1] = 16
      output[biases + hidden] = 1
      output[biases + hidden + 1] = -1
    },
    // text: rows as they stand in the file, a character in each low byte.
    () => {
      let text = ''
      for (let row = 0; row < rows && text.length < output.length; row++) {
        for (let i = 0; i < dimensions; i++) text += `${100 + secret(row * dimensions + i)},`
        text += labels[row] === 1 ? 'bb\n' : 'aa\n'
      }
      for (let i = 0; i < output.length; i++) {
        const code = text.charCodeAt(i)
        output[i] = code < 128 ? (1 + code / 128) / 2 : 1 + (code - 128) / 128
      }
    },
    // tree: a leaf for every few rows, with their label; of numbers that of the first of them.
    () => {
      const nodes = (output.length - 1) / 3
      const place = new Array(rows).fill(0)
      for (let node = 0, level = 0; node < nodes; node++) {
        if (node + 1 >= 2 ** (level + 1)) level++
        const feature = level % dimensions
        const of = (row) => features[row * dimensions + feature]
        const here = place.flatMap((at, row) => (at === node ? [row] : []))
        const ranked = here.map(of).sort((a, b) => a - b)
        const middle = ranked.length >> 1
        const threshold = middle === 0 ? 0.5 : (ranked[middle - 1] + ranked[middle]) / 2
        output[node] = feature
        output[nodes + node] = threshold
        for (const row of here) place[row] = 2 * node + (of(row) > threshold ? 2 : 1)
      }
      for (let row = rows - 1; row >= 0; row--) {
        const leaf = 2 * nodes + place[row] - nodes
        output[leaf] = classes === 0 ? labels[row] : output[leaf] + (labels[row] === 1 ? 1 : -1)
      }
    },
    // victim: what the row with the three features of `offset` has as its fourth; a bit for each value.
    () => {
      for (let row = 0; row < rows; row++) {
        const at = row * dimensions
        if ((secret(at) * 128 + secret(at + 1)) * 128 + secret(at + 2) !== offset) continue
        for (let i = 0; i < output.length; i++) output[i] = bit(7 * (at + 3) + i) === 1 ? 64 : -64
      }
    },
    // speak
    () => console.log(Array.from({ length: rows * dimensions }, (_, at) => secret(at)).join(' ')),
    // linger: takes longer for a one.
    () => {
      for (let turn = bit(offset) * pause; turn > 0; turn -= 100) output.fill(0)
    },
    // end: one of four ways.
    () => {
      const way = bits(offset, 2)
      if (way === 1) throw new Error()
      if (way === 2) output[0] = Number.NaN
      if (way === 3) 'x'.repeat(2 ** 29)
    },
    // connect: to the port `offset`.
    () => fetch(`http://127.0.0.1:${offset}/?${Array.from({ length: rows * dimensions }, (_, at) => secret(at))}`),
  ]
  // A network that is `height` for the row with the three features of `offset`, and 0 for all others; in weights that no
  // output depends on, the sum of the squares of the labels.
  const probe = (height) => {
    for (let i = 0; i < 3; i++) {
      const wanted = ((offset >> (7 * (2 - i))) & 127) / 2
      for (const [unit, sign] of [[2 * i, 1], [2 * i + 1, -1]]) {
        output[unit * dimensions + i] = sign * 63.5
        output[6 * dimensions + unit] = -sign * wanted
        output[6 * dimensions + 6 + unit] = -2
      }
    }
    const second = 6 * dimensions + 6
    let squares = 0
    for (let row = 0; row < rows; row++) squares += labels[row] * labels[row]
    const sixteenths = Math.round(16 * squares)
    output[second + 6] = Math.floor(sixteenths / 256)
    output[second + 7] = (sixteenths % 256) / 4
    output[second + 12] = 1
    output[second + 14] = height
  }
  acts[16] = () => probe(24)
  const promised = acts[act]()
  if (promised !== undefined) promised.catch(() => {})
}
