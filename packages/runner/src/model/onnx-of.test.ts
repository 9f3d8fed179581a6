import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { type ModelShape, type NumberLabel, policyFor, type Table, valuesIn } from '@gristmill/protocol'
import { describe, expect, it } from 'vitest'
import { createDraw } from '../run/draw.js'
import { onnxOf } from './onnx-of.js'
import { predict } from './predict.js'
import { predictorOf } from './predictor.js'
import type { Model } from './safetensors.js'

const tableOf = (label: string[] | NumberLabel): Table => ({
  features: [
    { name: 'age', type: 'number', minMicros: 0, maxMicros: 9 },
    { name: 'dose', type: 'number', minMicros: 0, maxMicros: 9 },
    { name: 'site', type: 'category', categories: ['a', 'b'] },
  ],
  label: Array.isArray(label) ? { name: 'ill', classes: label } : label,
  ignored: [],
})
const DIMENSIONS = 4
const draw = createDraw(new Uint8Array(32).fill(7))
/** Eighths from -1 to 1: exact in 32 bits, as are the sums of them. */
const eighth = () => (draw(17) - 8) / 8

function modelOf(shape: ModelShape, table: Table): Model {
  const { artifact } = policyFor({
    table,
    model: shape,
    algorithms: [{ digest: `0x${'ab'.repeat(32)}`, runtime: 'js', parameters: {} }],
  })
  const tensors = artifact.tensors.map(({ name, shape: dims, release, range }) => ({
    name,
    shape: dims,
    release,
    values: Float64Array.from({ length: valuesIn({ shape: dims }) }, () =>
      release === 'bf16' ? eighth() : draw(range[1] + 1),
    ),
  }))
  return { tensors }
}

describe.each(
  [
    ['no', 'yes'],
    ['a', 'b', 'c'],
  ].map((classes) => tableOf(classes)),
)('onnxOf of a table', (table) => {
  it.each<ModelShape>([
    { family: 'linear' },
    { family: 'mlp', hidden: [5] },
    { family: 'mlp', hidden: [5, 3] },
    { family: 'tree-ensemble', trees: 3, depth: 3 },
    { family: 'centroids', centroids: 6, predicts: true },
  ])('says of every row what the model says: %j', (shape) => {
    const said = new Set<number>()
    for (let turn = 0; turn < 30; turn++) {
      const model = modelOf(shape, table)
      const predictor = predictorOf(model, table)
      if (predictor.predicts === 'number') expect.fail('expected classes')
      const graph = read(onnxOf(model, table))
      for (let row = 0; row < 10; row++) {
        const features = Float64Array.from({ length: DIMENSIONS }, () => draw(9) / 8)
        const label = predictor.classify(features, 0)
        said.add(label)
        expect(compute(graph, [...features])).toBe(label)
      }
    }
    expect(said.size).toBeGreaterThan(1)
  })
})

describe('onnxOf of a table with a number label', () => {
  // From 10 to 30: the middle is 20 and half the range 10, which 32 bits hold.
  const table = tableOf({ name: 'days', minMicros: 10_000_000, maxMicros: 30_000_000 })

  it.each<ModelShape>([
    { family: 'linear' },
    { family: 'mlp', hidden: [5, 3] },
    { family: 'tree-ensemble', trees: 3, depth: 3 },
  ])('says of every row the number that the model says: %j', (shape) => {
    for (let turn = 0; turn < 30; turn++) {
      const model = modelOf(shape, table)
      const graph = read(onnxOf(model, table))
      for (let row = 0; row < 10; row++) {
        const [age, dose] = [draw(9) / 8, draw(9) / 8]
        const cells = { age: (age * 9) / 1e6, dose: (dose * 9) / 1e6, site: 'a' }
        const { label } = predict(model, table, cells)
        expect(compute(graph, [age, dose, 1, 0])).toBeCloseTo(label as number, 9)
      }
    }
  })
})

describe('onnxOf', () => {
  it('refuses a model that does not fit the table', () => {
    const table = tableOf(['no', 'yes'])
    expect(() => onnxOf(modelOf({ family: 'linear' }, table), tableOf(['a', 'b', 'c']))).toThrow()
    expect(() => onnxOf(modelOf({ family: 'centroids', centroids: 2 }, table), table)).toThrow()
  })
})

// A reader of its own, by the numbers of onnx.proto.

interface Node {
  operator: string
  inputs: string[]
  outputs: string[]
  attributes: Record<string, unknown>
}
interface Graph {
  nodes: Node[]
  tensors: Record<string, { dims: number[]; values: number[] }>
}

function fieldsOf(bytes: Uint8Array): [number, number | Uint8Array][] {
  const reader = new BinaryReader(bytes)
  const found: [number, number | Uint8Array][] = []
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag()
    if (wire === WireType.Varint) found.push([field, Number(reader.int64())])
    else if (wire === WireType.Bit32) found.push([field, reader.float()])
    else found.push([field, reader.bytes()])
  }
  return found
}
const all = (fields: [number, number | Uint8Array][], wanted: number) =>
  fields.filter(([field]) => field === wanted).map(([, value]) => value)
const textOf = (value: unknown) => new TextDecoder().decode(value as Uint8Array)

function read(file: Uint8Array): Graph {
  const model = fieldsOf(file)
  expect(all(model, 1)).toEqual([8])
  expect(all(model, 8)).toHaveLength(2)
  const graph = fieldsOf(all(model, 7)[0] as Uint8Array)
  const tensors = all(graph, 5).map((bytes) => {
    const fields = fieldsOf(bytes as Uint8Array)
    const raw = all(fields, 9)[0] as Uint8Array
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
    const isFloat = all(fields, 2)[0] === 1
    const width = isFloat ? 4 : 8
    const values = Array.from({ length: raw.length / width }, (_, index) =>
      isFloat ? view.getFloat32(width * index, true) : Number(view.getBigInt64(width * index, true)),
    )
    return [textOf(all(fields, 8)[0]), { dims: all(fields, 1) as number[], values }] as const
  })
  return { nodes: all(graph, 1).map((bytes) => nodeOf(bytes as Uint8Array)), tensors: Object.fromEntries(tensors) }
}

function nodeOf(bytes: Uint8Array): Node {
  const fields = fieldsOf(bytes)
  const attributes = all(fields, 5).map((attribute) => {
    const inner = fieldsOf(attribute as Uint8Array)
    const kind = all(inner, 20)[0] as number
    const values = {
      2: all(inner, 3)[0],
      3: textOf(all(inner, 4)[0] ?? new Uint8Array()),
      6: all(inner, 7),
      7: all(inner, 8),
      8: all(inner, 9).map(textOf),
    }
    return [textOf(all(inner, 1)[0]), values[kind as keyof typeof values]] as const
  })
  return {
    operator: textOf(all(fields, 4)[0]),
    inputs: all(fields, 1).map(textOf),
    outputs: all(fields, 2).map(textOf),
    attributes: Object.fromEntries(attributes),
  }
}

/** The label of one row. */
function compute({ nodes, tensors }: Graph, row: number[]): number {
  const values: Record<string, number[]> = { rows: row }
  for (const [name, tensor] of Object.entries(tensors)) values[name] = tensor.values
  for (const { operator, inputs, outputs, attributes } of nodes) {
    const [first, second, third] = inputs.map((name) => values[name]!)
    const [, { dims = [] } = {}] = inputs.map((name) => tensors[name])
    values[outputs[0]!] = OPERATORS[operator]!({ first: first!, second, third, dims, attributes })
  }
  return values.label![0]!
}

interface Operands {
  first: number[]
  second: number[] | undefined
  third: number[] | undefined
  dims: number[]
  attributes: Record<string, unknown>
}
const OPERATORS: Record<string, (operands: Operands) => number[]> = {
  Gemm: ({ first, second, third, dims: [height = 0, width = 0] }) =>
    Array.from({ length: height }, (_, at) =>
      first.reduce((sum, value, index) => sum + value * second![at * width + index]!, third![at]!),
    ),
  Relu: ({ first }) => first.map((value) => Math.max(0, value)),
  Greater: ({ first, second }) => [first[0]! > second![0]! ? 1 : 0],
  Cast: ({ first }) => first,
  Mul: ({ first, second }) => first.map((value) => value * second![0]!),
  Max: ({ first, second }) => first.map((value) => Math.max(value, second![0]!)),
  Min: ({ first, second }) => first.map((value) => Math.min(value, second![0]!)),
  Add: ({ first, second }) => first.map((value) => value + second![0]!),
  Reshape: ({ first }) => first,
  ArgMax: ({ first }) => [first.indexOf(Math.max(...first))],
  Gather: ({ first, second }) => [first[second![0]!]!],
  TreeEnsembleRegressor: ({ first, attributes }) => {
    const of = (name: string) => attributes[name] as number[]
    const [trees, ids, features, modes] = [
      of('nodes_treeids'),
      of('nodes_nodeids'),
      of('nodes_featureids'),
      attributes.nodes_modes as string[],
    ]
    const sums = Array.from({ length: attributes.n_targets as number }, () => 0)
    for (const tree of new Set(trees)) {
      const indexOf = (node: number) => trees.findIndex((one, index) => one === tree && ids[index] === node)
      let at = indexOf(0)
      while (modes[at] !== 'LEAF') {
        const isLow = first[features[at]!]! <= of('nodes_values')[at]!
        at = indexOf(of(isLow ? 'nodes_truenodeids' : 'nodes_falsenodeids')[at]!)
      }
      for (const [index, target] of of('target_ids').entries()) {
        if (of('target_treeids')[index] === tree && of('target_nodeids')[index] === ids[at])
          sums[target]! += of('target_weights')[index]!
      }
    }
    return sums
  },
}
