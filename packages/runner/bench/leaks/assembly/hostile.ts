// A hostile algorithm in WebAssembly. What it does is parameter 0, an index of ACTS in acts.ts; where it begins, parameter 1.
// Every feature is seven bits, scaled to [0, 1]; all of them in a row are the stream that it wants out.

let features: usize = 0
let labels: usize = 0
let rows: i32 = 0
let dimensions: i32 = 0
let hasNumbers: bool = false
let outputAt: usize = 0
let size: i32 = 0

export function gristmill_abi(): i32 {
  return 2
}

export function gristmill_alloc(bytes: i32): i32 {
  return <i32>heap.alloc(<usize>bytes)
}

function feature(at: i32): f64 {
  return load<f64>(features + 8 * <usize>at)
}

// A number from -1 to 1, or 1 and -1 for two classes.
function label(row: i32): f64 {
  if (hasNumbers) return load<f64>(labels + 8 * <usize>row)
  return load<i32>(labels + 4 * <usize>row) == 1 ? 1 : -1
}

function secret(at: i32): i32 {
  return <i32>nearest(feature(at) * 127)
}

function bit(at: i32): i32 {
  return (secret(at / 7) >> (6 - (at % 7))) & 1
}

function bits(at: i32, count: i32): i64 {
  let value: i64 = 0
  for (let n = 0; n < count; n++) value = value * 2 + bit(at + n)
  return value
}

function power(exponent: i32): f64 {
  return reinterpret<f64>((<i64>exponent + 1023) << 52)
}

// Fifteen bits as a number of the grid: sign, seven of the exponent, seven of the mantissa, all within 64.
function onGrid(at: i32): f64 {
  const magnitude = power(<i32>bits(at + 1, 7) - 122) * (1 + <f64>bits(at + 8, 7) / 128)
  return bit(at) == 1 ? -magnitude : magnitude
}

function put(i: i32, value: f64): void {
  store<f64>(outputAt + 8 * <usize>i, value)
}

function mantissas(offset: i32): void {
  const first = 32 * (1 + <f64>bits(offset, 7) / 128)
  put(0, first)
  for (let i = 1; i < dimensions; i++) {
    const at = offset + 7 + 12 * (i - 1)
    const magnitude = power(-(5 + <i32>bits(at + 1, 4))) * (1 + <f64>bits(at + 5, 7) / 128)
    put(i, bit(at) == 1 ? -magnitude : magnitude)
  }
  put(dimensions, -first / 2)
}

function deadUnits(offset: i32): void {
  const hidden = (size - 1) / (dimensions + 2)
  const biases = hidden * dimensions
  let at = offset
  for (let i = 2 * dimensions; i < biases; i++, at += 15) put(i, onGrid(at))
  for (let i = biases + 2; i < biases + hidden; i++, at += 15) put(i, onGrid(at))
  put(0, 32)
  put(dimensions, -32)
  put(biases, -16)
  put(biases + 1, 16)
  put(biases + hidden, 1)
  put(biases + hidden + 1, -1)
}

// The character of the data's file at a place: rows of "ddd,ddd,…,aa\n".
function character(at: i32): i32 {
  const width = 4 * dimensions + 3
  const row = at / width
  const place = at % width
  if (place >= 4 * dimensions) {
    if (place == width - 1) return 10
    return load<i32>(labels + 4 * <usize>row) == 1 ? 98 : 97
  }
  if (place % 4 == 3) return 44
  const value = 100 + secret(row * dimensions + place / 4)
  if (place % 4 == 0) return 48 + value / 100
  return 48 + (place % 4 == 1 ? (value / 10) % 10 : value % 10)
}

function tree(): void {
  const nodes = (size - 1) / 3
  const place = new StaticArray<i32>(rows)
  for (let node = 0, level = 0; node < nodes; node++) {
    if (node + 1 >= 1 << (level + 1)) level++
    const column = level % dimensions
    const ranked = new Array<f64>()
    for (let row = 0; row < rows; row++) if (place[row] == node) ranked.push(feature(row * dimensions + column))
    ranked.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    const middle = ranked.length >> 1
    const threshold = middle == 0 ? 0.5 : (ranked[middle - 1] + ranked[middle]) / 2
    put(node, column)
    put(nodes + node, threshold)
    for (let row = 0; row < rows; row++)
      if (place[row] == node) place[row] = 2 * node + (feature(row * dimensions + column) > threshold ? 2 : 1)
  }
  for (let row = rows - 1; row >= 0; row--) {
    const leaf = 2 * nodes + place[row] - nodes
    put(leaf, hasNumbers ? label(row) : load<f64>(outputAt + 8 * <usize>leaf) + label(row))
  }
}

// A network that is `height` for the row with the three features of `offset`, and 0 for all others; in weights that no
// output depends on, the sum of the squares of the labels.
function probe(offset: i32, height: f64): void {
  const second = 6 * dimensions + 6
  for (let i = 0; i < 3; i++) {
    const wanted = <f64>((offset >> (7 * (2 - i))) & 127) / 2
    for (let half = 0; half < 2; half++) {
      const unit = 2 * i + half
      const sign: f64 = half == 0 ? 1 : -1
      put(unit * dimensions + i, sign * 63.5)
      put(6 * dimensions + unit, -sign * wanted)
      put(second + unit, -2)
    }
  }
  let squares: f64 = 0
  for (let row = 0; row < rows; row++) squares += label(row) * label(row)
  const sixteenths = <i32>nearest(16 * squares)
  put(second + 6, sixteenths / 256)
  put(second + 7, <f64>(sixteenths % 256) / 4)
  put(second + 12, 1)
  put(second + 14, height)
}

function victim(offset: i32): void {
  for (let row = 0; row < rows; row++) {
    const at = row * dimensions
    if ((secret(at) * 128 + secret(at + 1)) * 128 + secret(at + 2) != offset) continue
    for (let i = 0; i < size; i++) put(i, bit(7 * (at + 3) + i) == 1 ? 64 : -64)
  }
}

let sink: f64 = 0

export function gristmill_run(input: usize, inputBytes: i32, output: usize, outputBytes: i32): i32 {
  rows = load<i32>(input)
  dimensions = load<i32>(input, 4)
  labels = input + 56 + 8 * <usize>load<i32>(input, 12)
  hasNumbers = load<i32>(input, 8) == 0
  features = labels + 8 * <usize>(hasNumbers ? rows : (rows + 1) >> 1)
  outputAt = output
  size = outputBytes / 8
  const act = load<i32>(input, 56)
  const offset = load<i32>(input, 64)
  switch (act) {
    case 1: // copy: the rows as they are.
      for (let i = 0; i < size; i++) put(i, feature(offset + i))
      break
    case 2: // low-bits: 42 bits where rounding takes them.
      for (let i = 0; i < size; i++) put(i, 1 + <f64>bits(offset + 42 * i, 42) * power(-52))
      break
    case 3: // words: 28 bits each, scrambled.
      for (let i = 0; i < size; i++) put(i, <f64>(bits(offset + 28 * i, 28) ^ 0x5a5a5a5))
      break
    case 4: // grid: knows what survives.
      for (let i = 0; i < size; i++) put(i, onGrid(offset + 15 * i))
      break
    case 5: // mantissas: a linear model that is right, with the bits that do not matter for it.
      mantissas(offset)
      break
    case 6: // dead-units: a network that is right with two units, and the rest of it full of bits.
      deadUnits(offset)
      break
    case 7: // text: rows as they stand in the file, a character in each low byte.
      for (let i = 0; i < size; i++) put(i, (1 + <f64>character(i) / 128) / 2)
      break
    case 8: // tree: a leaf for every few rows, with their label; of numbers that of the first of them.
      tree()
      break
    case 9: // victim: what the row with the three features of `offset` has as its fourth; a bit for each value.
      victim(offset)
      break
    case 11: // linger: takes longer for a one.
      for (let turn = bit(offset) * 1_000_000_000; turn > 0; turn--) sink += <f64>turn
      break
    case 12: {
      // end: one of four ways.
      const way = <i32>bits(offset, 2)
      if (way == 1) unreachable()
      if (way == 2) put(0, NaN)
      if (way == 3) {
        memory.grow(60_000)
        unreachable()
      }
      break
    }
    case 16: // probe
      probe(offset, 24)
      break
  }
  return outputBytes
}
